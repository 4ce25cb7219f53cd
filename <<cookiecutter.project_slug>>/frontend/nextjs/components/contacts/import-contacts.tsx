"use client";

import { useRouter } from "next/navigation";
import { PageHeader } from "@/components/shell/page-header";
import { useCan } from "@/lib/api/me";
import { Alert } from "@/components/ui/alert";
import { ImportFile } from "./import-file";
import { ImportProgress } from "./import-progress";

const here = "/contacts/import";

/** Choose a file, watch it being imported, read the result. The job is in the address, so a reload keeps it. */
export function ImportContacts({ jobId }: { jobId: string | null }) {
  const router = useRouter();
  const canEdit = useCan("contacts.import");
  return (
    <div className="max-w-3xl">
      <PageHeader
        title="Import contacts"
        lead="Bring your list with you, as a CSV file of up to 10 MB."
      />
      {!canEdit ? (
        <Alert>
          Your role lets you look, not change. Ask an owner or admin to import contacts.
        </Alert>
      ) : jobId ? (
        <ImportProgress jobId={jobId} onRestart={() => router.replace(here)} />
      ) : (
        <ImportFile
          onStarted={(job) => router.replace(`${here}?job=${encodeURIComponent(job.id)}`)}
        />
      )}
    </div>
  );
}
