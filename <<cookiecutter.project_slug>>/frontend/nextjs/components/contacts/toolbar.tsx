"use client";

import { Search } from "lucide-react";
import { Input } from "@/components/ui/input";
import type { Ordering } from "@/lib/api/contacts";

type Props<T> = { value: T; onChange: (value: T) => void };

export function SearchBox({ value, onChange }: Props<string>) {
  return (
    <div className="relative min-w-0 flex-1 md:max-w-sm">
      <Search
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
        aria-hidden="true"
      />
      <Input
        type="search"
        aria-label="Search contacts"
        placeholder="Name, email or company"
        className="pl-9"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

const orderings: [Ordering, string][] = [
  ["name", "Name, A–Z"],
  ["-name", "Name, Z–A"],
  ["email", "Email, A–Z"],
  ["-email", "Email, Z–A"],
  ["company", "Company, A–Z"],
  ["-company", "Company, Z–A"],
  ["-created_at", "Newest first"],
  ["created_at", "Oldest first"],
];

/** On a phone, where the table has no header to sort by. */
export function SortSelect({ value, onChange }: Props<Ordering>) {
  return (
    <select
      aria-label="Sort by"
      className="h-10 w-32 rounded-lg border border-border-strong/60 bg-surface px-2 text-sm md:hidden"
      value={value}
      onChange={(event) => onChange(event.target.value as Ordering)}
    >
      {orderings.map(([ordering, label]) => (
        <option key={ordering} value={ordering}>
          {label}
        </option>
      ))}
    </select>
  );
}
