"use client";

import { SearchX, Users } from "lucide-react";
import Link from "next/link";
import { Button, buttonVariants } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { useCan } from "@/lib/api/me";

export function NoContacts({ onCreate }: { onCreate: () => void }) {
  const canEdit = useCan("contacts.write");
  return (
    <Empty icon={Users} title="No contacts yet">
      <p>Import the list you have, or write down the first person.</p>
      {canEdit && (
        <div className="mt-2 flex flex-wrap justify-center gap-2">
          <Link href="/contacts/import" className={buttonVariants()}>
            Import a CSV file
          </Link>
          <Button variant="secondary" onClick={onCreate}>
            Add a contact
          </Button>
        </div>
      )}
    </Empty>
  );
}

export function NoMatch({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <Empty icon={SearchX} title={`Nobody matches “${search}”`}>
      <p>Try a part of the name, the email address or the company.</p>
      <Button variant="secondary" className="mt-2" onClick={onClear}>
        Clear the search
      </Button>
    </Empty>
  );
}
