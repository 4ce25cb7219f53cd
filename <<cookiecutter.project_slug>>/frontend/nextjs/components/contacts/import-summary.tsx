"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Table, TableCell, TableHead } from "@/components/ui/table";
import type { ImportResult } from "@/lib/api/types";
import { downloadCsv } from "@/lib/csv";
import { count, formatNumber } from "@/lib/format";

const shown = 100;

/** How many rows were created, known already or refused, and why. */
export function ImportSummary({ result }: { result: ImportResult }) {
  return (
    <>
      <dl className="grid grid-cols-3 gap-3">
        <Figure label="Created" value={result.created} />
        <Figure label="Duplicates" value={result.duplicates} />
        <Figure label="Failed" value={result.failed} />
      </dl>
      {result.errors.length > 0 && <Errors result={result} />}
    </>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <Card className="p-4">
      <dt className="text-xs text-muted sm:text-sm">{label}</dt>
      <dd className="mt-1 text-xl font-semibold tabular-nums sm:text-2xl">{formatNumber(value)}</dd>
    </Card>
  );
}

function Errors({ result: { errors, failed } }: { result: ImportResult }) {
  const download = () =>
    downloadCsv("import-errors.csv", [
      ["line", "reason"],
      ...errors.map(({ line, reason }) => [String(line), reason]),
    ]);
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-3 border-b p-4">
        <h3 className="font-semibold">{count(failed, "row")} left out</h3>
        <Button variant="secondary" onClick={download}>
          <Download aria-hidden="true" /> Download the list
        </Button>
      </div>
      {/* The tabindex lets the keyboard scroll it. */}
      <div
        className="max-h-96 overflow-y-auto"
        role="region"
        aria-label="Rows left out"
        tabIndex={0}
      >
        <Table>
          <thead className="sticky top-0 bg-surface">
            <tr>
              <TableHead className="w-24">Line</TableHead>
              <TableHead>Reason</TableHead>
            </tr>
          </thead>
          <tbody className="divide-y">
            {errors.slice(0, shown).map(({ line, reason }) => (
              <tr key={line}>
                <TableCell className="align-top tabular-nums">{line}</TableCell>
                <TableCell className="[overflow-wrap:anywhere]">{reason}</TableCell>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      <Remaining listed={errors.length} failed={failed} />
    </Card>
  );
}

function Remaining({ listed, failed }: { listed: number; failed: number }) {
  if (listed <= shown && failed <= listed) return null;
  return (
    <p className="border-t p-4 text-sm text-muted">
      Shown are the first {formatNumber(Math.min(shown, listed))}; the download has{" "}
      {formatNumber(listed)} of {formatNumber(failed)}.
    </p>
  );
}
