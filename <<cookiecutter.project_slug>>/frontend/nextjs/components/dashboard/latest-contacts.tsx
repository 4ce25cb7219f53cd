"use client";

import { Users } from "lucide-react";
import Link from "next/link";
import { Avatar } from "@/components/contacts/avatar";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { LoadError } from "@/components/ui/load-error";
import { Skeleton } from "@/components/ui/skeleton";
import { useContacts } from "@/lib/api/contacts";
import type { Contact } from "@/lib/api/types";
import { formatDate } from "@/lib/format";

export function LatestContacts() {
  return (
    <Card className="min-w-0">
      <div className="flex items-center justify-between border-b px-5 py-4">
        <h2 className="font-semibold">Latest contacts</h2>
        <Link
          href="/contacts"
          className="text-sm font-medium text-primary underline underline-offset-4"
        >
          All contacts
        </Link>
      </div>
      <LatestList />
    </Card>
  );
}

function LatestList() {
  const query = useContacts({ search: "", ordering: "-created_at", cursor: null });
  if (query.isPending) return <Loading />;
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.rows.length === 0) {
    return (
      <Empty icon={Users} title="No contacts yet">
        <p>The people you add or import will show up here.</p>
      </Empty>
    );
  }
  return (
    <ul className="divide-y">
      {query.data.rows.slice(0, 6).map((contact) => (
        <Row key={contact.id} contact={contact} />
      ))}
    </ul>
  );
}

function Row({ contact }: { contact: Contact }) {
  return (
    <li className="flex items-center gap-3 px-5 py-3">
      <Avatar name={contact.name} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{contact.name}</p>
        <p className="truncate text-sm text-muted">{contact.company || contact.email}</p>
      </div>
      <p className="shrink-0 text-xs text-muted">{formatDate(contact.created_at)}</p>
    </li>
  );
}

function Loading() {
  return (
    <div className="grid gap-5 p-5" role="status" aria-label="Loading contacts">
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-9" />
      ))}
    </div>
  );
}
