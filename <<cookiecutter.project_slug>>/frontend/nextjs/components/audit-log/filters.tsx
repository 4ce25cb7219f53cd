"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { AuditFilters } from "@/lib/api/audit-log";

type Props = { value: AuditFilters; onChange: (value: AuditFilters) => void };

export function Filters({ value, onChange }: Props) {
  const set = (change: Partial<AuditFilters>) => onChange({ ...value, ...change });
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 md:grid-cols-[minmax(0,1fr)_9rem_9rem_9rem]">
      <div className="max-md:col-span-2">
        <Field label="Search">
          {(control) => (
            <Input
              type="search"
              placeholder="Who or what"
              value={value.search}
              onChange={(event) => set({ search: event.target.value })}
              {...control}
            />
          )}
        </Field>
      </div>
      <div className="max-md:col-span-2">
        <Field label="Done by">
          {(control) => (
            <Select
              className="w-full"
              value={value.kind}
              onChange={(event) => set({ kind: event.target.value })}
              {...control}
            >
              <option value="">Anybody</option>
              <option value="member">Members</option>
              <option value="api_key">API keys</option>
              <option value="system">The system</option>
            </Select>
          )}
        </Field>
      </div>
      <Day label="From" value={value.from} onDay={(from) => set({ from })} />
      <Day label="To" value={value.to} onDay={(to) => set({ to })} />
    </div>
  );
}

type DayProps = { label: string; value: string; onDay: (day: string) => void };

function Day({ label, value, onDay }: DayProps) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          type="date"
          value={value}
          onChange={(event) => onDay(event.target.value)}
          {...control}
        />
      )}
    </Field>
  );
}
