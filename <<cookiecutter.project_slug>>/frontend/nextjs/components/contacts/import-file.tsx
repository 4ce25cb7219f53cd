"use client";

import { FileUp } from "lucide-react";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Card } from "@/components/ui/card";
import { useStartImport } from "@/lib/api/contacts";
import { toApiError } from "@/lib/api/errors";
import type { Job } from "@/lib/api/types";
import { useHydrated } from "@/lib/use-hydrated";

const maximumBytes = 10 * 1024 * 1024;

/** What is wrong with a file, as far as the browser can tell. */
function problemWith(file: File) {
  if (!/\.csv$/i.test(file.name))
    return `“${file.name}” is not a CSV file. Export your list as CSV first.`;
  if (file.size === 0) return `“${file.name}” is empty.`;
  if (file.size > maximumBytes)
    return `“${file.name}” is larger than 10 MB. Split it into several files.`;
  return null;
}

/** Why the server did not take the file. */
function refusal(error: unknown) {
  const { fields, message } = toApiError(error);
  return fields.file ?? message;
}

export function ImportFile({ onStarted }: { onStarted: (job: Job) => void }) {
  const start = useStartImport();
  const [problem, setProblem] = useState<string | null>(null);

  function take(file: File | undefined) {
    if (!file) return;
    const found = problemWith(file);
    setProblem(found);
    if (found) start.reset();
    else start.mutate(file, { onSuccess: onStarted });
  }

  const message = problem ?? (start.error && refusal(start.error));
  return (
    <div className="grid grid-cols-1 gap-6">
      {message && <Alert>{message}</Alert>}
      <DropZone onFile={take} busy={start.isPending || start.isSuccess} />
      <Format />
    </div>
  );
}

/** The file input lies over the whole zone, so that clicking and dropping both end in it. */
function DropZone({ onFile, busy }: { onFile: (file: File | undefined) => void; busy: boolean }) {
  const [over, setOver] = useState(false);
  const hydrated = useHydrated();
  const leave = () => setOver(false);
  return (
    <label
      data-over={over || undefined}
      className="relative flex flex-col items-center gap-2 rounded-2xl border-2 border-dashed border-border-strong/60 bg-surface px-6 py-14 text-center transition-colors hover:border-border-strong has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary data-over:border-primary data-over:bg-soft"
    >
      <span className="grid size-12 place-items-center rounded-full bg-soft text-on-soft">
        <FileUp className="size-6" aria-hidden="true" />
      </span>
      <span className="mt-1 font-semibold">{busy ? "Sending the file…" : "Choose a CSV file"}</span>
      <span className="text-sm text-muted">or drop it here</span>
      <input
        type="file"
        accept=".csv,text/csv"
        className="absolute inset-0 cursor-pointer opacity-0"
        disabled={!hydrated || busy}
        onDragEnter={() => setOver(true)}
        onDragLeave={leave}
        onDrop={leave}
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          // So that the same file can be chosen again once it has been put right.
          event.target.value = "";
        }}
      />
    </label>
  );
}

function Format() {
  return (
    <Card className="p-5 text-sm text-muted">
      <h2 className="mb-2 font-semibold text-text">What the file should look like</h2>
      <p>
        The first line names the columns, in any order: <b>name</b> and <b>email</b> have to be
        there, <b>phone</b> and <b>company</b> may be.
      </p>
      <pre className="mt-3 whitespace-pre-wrap [overflow-wrap:anywhere] rounded-lg bg-sunken p-3 text-xs text-text">
        {'name,email,phone,company\nAnn Lee,ann@example.com,+1 555 0100,"Lee, Sons & Co"'}
      </pre>
      <p className="mt-3">Somebody whose email address you already have is left as they are.</p>
    </Card>
  );
}
