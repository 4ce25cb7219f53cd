import { CircleCheck, Search } from "lucide-react";
import { Avatar } from "@/components/contacts/avatar";

const people = [
  ["Amara Okafor", "Northwind Traders"],
  ["Jonas Weber", "Weber & Söhne"],
  ["Mei Tanaka", "Blue Harbor"],
  ["Lucía Romero", "Casa Romero"],
];

/** A picture of the app, drawn with its own parts. */
export function ProductPicture() {
  return (
    <div aria-hidden="true" className="relative min-w-0 select-none">
      <div className="rounded-3xl border bg-surface p-3 shadow-raised sm:p-5 lg:rotate-1">
        <div className="flex items-center gap-2 rounded-xl bg-sunken px-4 py-3 text-sm text-muted">
          <Search className="size-4" /> Name, email or company
        </div>
        <ul className="mt-3 divide-y">
          {people.map(([name = "", company]) => (
            <li key={name} className="flex items-center gap-3 px-2 py-3.5">
              <Avatar name={name} />
              <span className="min-w-0 flex-1 truncate text-sm font-medium">{name}</span>
              <span className="truncate text-sm text-muted">{company}</span>
            </li>
          ))}
        </ul>
      </div>
      <div className="absolute -bottom-8 left-4 w-64 rounded-2xl border bg-surface p-4 shadow-raised sm:-left-6">
        <p className="flex items-center gap-2 text-sm font-medium">
          <CircleCheck className="size-4 text-primary" /> contacts.csv
        </p>
        <div className="mt-3 h-2 overflow-hidden rounded-full bg-sunken">
          <div className="h-full w-4/5 rounded-full bg-primary" />
        </div>
        <p className="mt-2 text-xs text-muted">8,000 of 10,000 rows</p>
      </div>
    </div>
  );
}
