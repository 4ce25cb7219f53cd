"use client";

import { CircleCheck, CircleX } from "lucide-react";
import Link from "next/link";
import { Button, buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { LoadError } from "@/components/ui/load-error";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { useContactsChangedBy, useJob } from "@/lib/api/jobs";
import type { ImportResult, Job } from "@/lib/api/types";
import { formatNumber } from "@/lib/format";
import { ImportSummary } from "./import-summary";

export function ImportProgress({ jobId, onRestart }: { jobId: string; onRestart: () => void }) {
  const query = useJob(jobId);
  useContactsChangedBy(query.data?.job);
  if (query.isPending) return <Skeleton className="h-28" />;
  if (query.isError) {
    return (
      <Card>
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  const { job } = query.data;
  if (job.status === "failed") return <Failed job={job} onRestart={onRestart} />;
  if (job.status === "succeeded") return <Succeeded job={job} onRestart={onRestart} />;
  return <Running job={job} />;
}

function Running({ job }: { job: Job }) {
  const { percent } = job.progress;
  const queued = job.status === "queued";
  return (
    <Card className="grid gap-4 p-6">
      <Progress
        label={queued ? "Waiting for its turn" : "Importing your contacts"}
        value={queued ? null : percent}
        detail={progressText(job)}
      />
      <p className="text-sm text-muted">You can go on working; the import carries on by itself.</p>
    </Card>
  );
}

function progressText({ status, progress: { current, total } }: Job) {
  if (status === "queued" || !total) return "Starting…";
  return `${formatNumber(current)} of ${formatNumber(total)} rows`;
}

function Succeeded({ job, onRestart }: { job: Job; onRestart: () => void }) {
  return (
    <div className="grid grid-cols-1 gap-6">
      <div role="status" className="flex items-center gap-3">
        <CircleCheck className="size-6 shrink-0 text-primary" aria-hidden="true" />
        <h2 className="text-lg font-semibold">The import is done</h2>
      </div>
      {job.result && <ImportSummary result={job.result as ImportResult} />}
      <div className="flex flex-wrap gap-2">
        <Link href="/contacts" className={buttonVariants()}>
          See the contacts
        </Link>
        <Button variant="secondary" onClick={onRestart}>
          Import another file
        </Button>
      </div>
    </div>
  );
}

function Failed({ job, onRestart }: { job: Job; onRestart: () => void }) {
  return (
    <Card className="grid justify-items-start gap-3 p-6">
      <div className="flex items-center gap-3">
        <CircleX className="size-6 shrink-0 text-danger" aria-hidden="true" />
        <h2 className="text-lg font-semibold">The import did not work</h2>
      </div>
      <p role="alert" className="text-sm text-muted [overflow-wrap:anywhere]">
        {job.error?.detail ?? "The server gave no reason. Please try again."}
      </p>
      <Button className="mt-2" onClick={onRestart}>
        Choose another file
      </Button>
    </Card>
  );
}
