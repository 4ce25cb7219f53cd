"use client";

import { Plus, Upload } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button, buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { LoadError } from "@/components/ui/load-error";
import { useContacts, type Ordering } from "@/lib/api/contacts";
import { useCan } from "@/lib/api/me";
import type { Contact } from "@/lib/api/types";
import { useDebounced } from "@/lib/use-debounced";
import { ContactDialog } from "./contact-dialog";
import { ContactsLoading, ContactsTable } from "./contacts-table";
import { DeleteDialog } from "./delete-dialog";
import { NoContacts, NoMatch } from "./no-contacts";
import { Pager } from "./pager";
import { SearchBox, SortSelect } from "./toolbar";

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
        <SearchBox value={typed} onChange={setTyped} />
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
  if (query.isPending) return <ContactsLoading />;
  if (query.isError) {
    return (
      <Card>
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  const { contacts, next, previous } = query.data;
  // The last contact of the last page has been deleted: what is before it is the list now.
  if (contacts.length === 0 && cursor && !query.isPlaceholderData) setCursor(previous);
  if (contacts.length === 0) {
    return (
      <Card>
        {search ? (
          <NoMatch search={search} onClear={onClearSearch} />
        ) : (
          <NoContacts onCreate={onCreate} />
        )}
      </Card>
    );
  }
  return (
    <div aria-busy={query.isPlaceholderData} className="aria-busy:opacity-60">
      <ContactsTable contacts={contacts} ordering={ordering} {...handlers} />
      <Pager next={next} previous={previous} onGo={setCursor} />
    </div>
  );
}

/** Where in the list the person is: at its first page as soon as it is another list. */
function useCursor(list: string) {
  const [place, setPlace] = useState<{ list: string; cursor: string | null }>({
    list,
    cursor: null,
  });
  const cursor = place.list === list ? place.cursor : null;
  return [cursor, (next: string | null) => setPlace({ list, cursor: next })] as const;
}
