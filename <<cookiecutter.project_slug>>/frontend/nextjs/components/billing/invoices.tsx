"use client";

import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { Table, TableCell, TableHead } from "@/components/ui/table";
import { useInvoices } from "@/lib/api/billing";
import type { Invoice } from "@/lib/api/types";
import { formatDate, formatMoney } from "@/lib/format";
import { useCursor } from "@/lib/use-cursor";

const states: Record<string, string> = {
  open: "Owed",
  paid: "Paid",
  void: "Void",
  uncollectible: "Written off",
};

/** What was paid and is owed, the newest first. */
export function Invoices() {
  const [cursor, setCursor] = useCursor("invoices");
  const invoices = useInvoices(cursor);
  return (
    <section aria-labelledby="invoices" className="grid grid-cols-1 gap-4">
      <h2 id="invoices" className="text-lg font-semibold">
        Invoices
      </h2>
      <Loaded query={invoices} what="invoices">
        {({ rows, next, previous }) =>
          rows.length === 0 ? (
            <p className="text-sm text-muted">There are none yet.</p>
          ) : (
            <Card
              className="relative overflow-x-auto"
              role="region"
              aria-label="All invoices"
              tabIndex={0}
            >
              <Table>
                <thead>
                  <tr>
                    <TableHead>Date</TableHead>
                    <TableHead>Number</TableHead>
                    <TableHead>Amount</TableHead>
                    <TableHead>State</TableHead>
                    <TableHead>
                      <span className="sr-only">Document</span>
                    </TableHead>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((invoice) => (
                    <Row key={invoice.id} invoice={invoice} />
                  ))}
                </tbody>
              </Table>
              <Pager next={next} previous={previous} onGo={setCursor} />
            </Card>
          )
        }
      </Loaded>
    </section>
  );
}

function Row({ invoice }: { invoice: Invoice }) {
  const href = invoice.status === "paid" ? `/api/v1/invoices/${invoice.id}/document` : invoice.url;
  return (
    <tr className="border-t first:border-t-0">
      <TableCell className="whitespace-nowrap">{formatDate(invoice.issued_at)}</TableCell>
      <TableCell className="whitespace-nowrap">{invoice.number || "–"}</TableCell>
      <TableCell className="tabular-nums">{formatMoney(invoice.total, invoice.currency)}</TableCell>
      <TableCell>{states[invoice.status] ?? invoice.status}</TableCell>
      <TableCell>
        {href && (
          <a
            href={href}
            target="_blank"
            rel="noreferrer"
            className="font-medium text-primary underline-offset-2 hover:underline"
            aria-label={`Open the invoice of ${formatDate(invoice.issued_at)}`}
          >
            Open
          </a>
        )}
      </TableCell>
    </tr>
  );
}
