"use client";

import { ArrowDown, ArrowUp, ArrowUpDown, Pencil, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Table, TableCell, TableHead } from "@/components/ui/table";
import type { ContactField, Ordering } from "@/lib/api/contacts";
import { useCan } from "@/lib/api/me";
import type { Contact } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import { Avatar } from "./avatar";

type RowHandlers = { onEdit: (contact: Contact) => void; onDelete: (contact: Contact) => void };

type Props = RowHandlers & {
  contacts: Contact[];
  ordering: Ordering;
  onOrder: (ordering: Ordering) => void;
};

/** A table on a desk; on a phone each row is laid out as a card. */
export function ContactsTable({ contacts, ordering, onOrder, ...handlers }: Props) {
  const sort = { ordering, onOrder };
  return (
    <Card className="max-md:border-0 max-md:bg-transparent">
      <Table className="table-fixed max-md:block">
        <caption className="sr-only">Contacts</caption>
        <thead className="max-md:hidden">
          <tr>
            <SortHead field="name" label="Name" {...sort} />
            <SortHead field="email" label="Email" className="w-[29%]" {...sort} />
            <SortHead field="company" label="Company" {...sort} />
            <TableHead className="w-40">Phone</TableHead>
            <SortHead field="created_at" label="Added" className="w-32 max-xl:hidden" {...sort} />
            <TableHead className="w-26">
              <span className="sr-only">Actions</span>
            </TableHead>
          </tr>
        </thead>
        <tbody className="max-md:grid max-md:gap-3 md:divide-y">
          {contacts.map((contact) => (
            <Row key={contact.id} contact={contact} {...handlers} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

type SortProps = {
  field: ContactField;
  label: string;
  ordering: Ordering;
  onOrder: (ordering: Ordering) => void;
  className?: string;
};

function SortHead({ field, label, ordering, onOrder, className }: SortProps) {
  const ascending = ordering === field;
  const descending = ordering === `-${field}`;
  const Icon = ascending ? ArrowUp : descending ? ArrowDown : ArrowUpDown;
  return (
    <TableHead
      className={className}
      aria-sort={ascending ? "ascending" : descending ? "descending" : "none"}
    >
      <button
        type="button"
        className="-mx-2 inline-flex items-center gap-1.5 rounded-md px-2 py-1 hover:bg-sunken hover:text-text"
        onClick={() => onOrder(ascending ? `-${field}` : field)}
      >
        {label}
        <Icon className="size-3.5" aria-hidden="true" />
      </button>
    </TableHead>
  );
}

const cell =
  "truncate max-md:col-start-2 max-md:block max-md:p-0 max-md:text-muted max-md:empty:hidden";

function Row({ contact, ...handlers }: { contact: Contact } & RowHandlers) {
  const { name, email, company, phone } = contact;
  return (
    <tr className="max-md:relative max-md:grid max-md:grid-cols-[auto_1fr] max-md:gap-x-3 max-md:gap-y-0.5 max-md:rounded-2xl max-md:border max-md:bg-surface max-md:p-4 md:hover:bg-sunken/50">
      <TableCell className="max-md:contents">
        <div className="flex items-center gap-3 max-md:contents">
          <div className="row-span-2 md:hidden">
            <Avatar name={name} />
          </div>
          <span className="truncate font-medium max-md:pr-20" title={name}>
            {name}
          </span>
        </div>
      </TableCell>
      <TableCell className={`${cell} max-md:pr-16`} title={email}>
        {email}
      </TableCell>
      <TableCell className={cell} title={company}>
        {company}
      </TableCell>
      <TableCell className={cell} title={phone}>
        {phone}
      </TableCell>
      <TableCell className="text-muted max-xl:hidden">{formatDate(contact.created_at)}</TableCell>
      <TableCell className="py-1 max-md:absolute max-md:top-2 max-md:right-2 max-md:p-0">
        <RowActions contact={contact} {...handlers} />
      </TableCell>
    </tr>
  );
}

function RowActions({ contact, onEdit, onDelete }: { contact: Contact } & RowHandlers) {
  if (!useCan("contacts.write")) return null;
  return (
    <div className="flex justify-end">
      <Button
        variant="ghost"
        size="icon"
        aria-label={`Edit ${contact.name}`}
        onClick={() => onEdit(contact)}
      >
        <Pencil aria-hidden="true" />
      </Button>
      <Button
        variant="ghost"
        size="icon"
        aria-label={`Delete ${contact.name}`}
        onClick={() => onDelete(contact)}
      >
        <Trash2 aria-hidden="true" />
      </Button>
    </div>
  );
}
