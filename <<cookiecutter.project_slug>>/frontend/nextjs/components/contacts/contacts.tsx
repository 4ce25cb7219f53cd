"use client";

import { Plus, Upload } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button, buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { SearchBox } from "@/components/ui/search-box";
import { useContacts, type Ordering } from "@/lib/api/contacts";
import { useCan } from "@/lib/api/me";
import type { Contact } from "@/lib/api/types";
import { useCursor } from "@/lib/use-cursor";
import { useDebounced } from "@/lib/use-debounced";
import { ContactDialog } from "./contact-dialog";
import { ContactsTable } from "./contacts-table";
import { DeleteDialog } from "./delete-dialog";
import { NoContacts, NoMatch } from "./no-contacts";
import { SortSelect } from "./sort-select";

/** What the person is doing to which contact. */
type Open = { action: "create" } | { action: "edit" | "delete"; contact: Contact } | null;

export function Contacts() {
  const canEdit = useCan("contacts.write");
  const wantsNew = useSearchParams().has("new");
  const [open, setOpen] = useState<Open>(wantsNew && canEdit ? { action: "create" } : null);
  const [typed, setTyped] = useState("");
  const [ordering, setOrdering] = useState<Ordering>("name");
  const search = useDebounced(typed.trim(), 300);
  const close = () => setOpen(null);
  const create = () => setOpen({ action: "create" });
  return (
    <>
      <PageHeader title="Contacts" lead="Everybody your company knows.">
        {canEdit && (
          <>
            <Link href="/contacts/import" className={buttonVariants({ variant: "secondary" })}>
              <Upload aria-hidden="true" /> Import
            </Link>
            <Button onClick={create}>
              <Plus aria-hidden="true" /> New contact
            </Button>
          </>
        )}
      </PageHeader>
      <div className="mb-4 flex gap-2">
        <SearchBox
          label="Search contacts"
          placeholder="Name, email or company"
          value={typed}
          onChange={setTyped}
        />
        <SortSelect value={ordering} onChange={setOrdering} />
      </div>
      <ContactsList
        search={search}
        ordering={ordering}
        onOrder={setOrdering}
        onClearSearch={() => setTyped("")}
        onCreate={create}
        onEdit={(contact) => setOpen({ action: "edit", contact })}
        onDelete={(contact) => setOpen({ action: "delete", contact })}
      />
      {open?.action === "create" && <ContactDialog onClose={close} />}
      {open?.action === "edit" && <ContactDialog contact={open.contact} onClose={close} />}
      {open?.action === "delete" && <DeleteDialog contact={open.contact} onClose={close} />}
    </>
  );
}

type ListProps = {
  search: string;
  ordering: Ordering;
  onOrder: (ordering: Ordering) => void;
  onClearSearch: () => void;
  onCreate: () => void;
  onEdit: (contact: Contact) => void;
  onDelete: (contact: Contact) => void;
};

function ContactsList({ search, ordering, onClearSearch, onCreate, ...handlers }: ListProps) {
  const [cursor, setCursor] = useCursor(`${ordering} ${search}`);
  const query = useContacts({ search, ordering, cursor });
  // The last contact of the last page has been deleted: what is before it is the list now.
  if (query.data?.rows.length === 0 && cursor && !query.isPlaceholderData) {
    setCursor(query.data.previous);
  }
  return (
    <Loaded query={query} what="contacts">
      {({ rows, next, previous }) =>
        rows.length > 0 ? (
          <>
            <ContactsTable contacts={rows} ordering={ordering} {...handlers} />
            <Pager next={next} previous={previous} onGo={setCursor} />
          </>
        ) : (
          <Card>
            {search ? (
              <NoMatch search={search} onClear={onClearSearch} />
            ) : (
              <NoContacts onCreate={onCreate} />
            )}
          </Card>
        )
      }
    </Loaded>
  );
}
