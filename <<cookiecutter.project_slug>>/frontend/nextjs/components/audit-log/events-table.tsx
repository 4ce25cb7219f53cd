import { Card } from "@/components/ui/card";
import { Table, TableCell, TableHead } from "@/components/ui/table";
import type { AuditEvent } from "@/lib/api/types";
import { formatTime } from "@/lib/format";

/** A table on a desk; on a phone each event is laid out as a card. */
export function EventsTable({ events }: { events: AuditEvent[] }) {
  return (
    <Card className="max-md:border-0 max-md:bg-transparent">
      <Table className="max-md:block md:table-fixed">
        <caption className="sr-only">Events</caption>
        <thead className="max-md:hidden">
          <tr>
            <TableHead className="w-36">When</TableHead>
            <TableHead className="w-[28%]">Who</TableHead>
            <TableHead>What</TableHead>
          </tr>
        </thead>
        <tbody className="max-md:grid max-md:gap-3 md:divide-y">
          {events.map((event) => (
            <Row key={event.id} event={event} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

const cell = "align-top [overflow-wrap:anywhere] max-md:block max-md:p-0 max-md:first:pl-0";

function Row({ event }: { event: AuditEvent }) {
  const { created_at, actor, target, ip } = event;
  return (
    <tr className="max-md:grid max-md:gap-1 max-md:rounded-2xl max-md:border max-md:bg-surface max-md:p-4">
      <TableCell className={`${cell} text-muted`}>{formatTime(created_at)}</TableCell>
      <TableCell className={cell}>
        {nameOf(actor)}
        {actor.via && <span className="block text-muted">by the key {actor.via}</span>}
        {ip && <span className="block text-muted">from {ip}</span>}
      </TableCell>
      <TableCell className={cell}>
        <span className="font-medium">{sentenceOf(event.action)}</span>
        {target.label && <span>: {target.label}</span>}
        <Changes changes={event.changes} />
      </TableCell>
    </tr>
  );
}

function Changes({ changes }: Pick<AuditEvent, "changes">) {
  const fields = Object.entries(changes);
  if (fields.length === 0) return null;
  return (
    <ul aria-label="Changes" className="mt-1 text-muted">
      {fields.map(([field, [before, after]]) => (
        <li key={field}>
          {field}: {before !== null && <del>{textOf(before)}</del>}
          {before !== null && " → "}
          <ins className="no-underline">{textOf(after)}</ins>
        </li>
      ))}
    </ul>
  );
}

function nameOf({ kind, name, email }: AuditEvent["actor"]) {
  return kind === "system" ? "The system" : name || email;
}

/** "member.role_changed" as people say it: "Member role changed". */
function sentenceOf(action: string) {
  const words = action.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(value: unknown) {
  if (value === null || value === "") return "nothing";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
