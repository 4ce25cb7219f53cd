"use client";

import { Select } from "@/components/ui/select";
import type { Ordering } from "@/lib/api/contacts";

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

type Props = { value: Ordering; onChange: (value: Ordering) => void };

/** On a phone, where the table has no header to sort by. */
export function SortSelect({ value, onChange }: Props) {
  return (
    <Select
      aria-label="Sort by"
      className="w-32 md:hidden"
      value={value}
      onChange={(event) => onChange(event.target.value as Ordering)}
    >
      {orderings.map(([ordering, label]) => (
        <option key={ordering} value={ordering}>
          {label}
        </option>
      ))}
    </Select>
  );
}
