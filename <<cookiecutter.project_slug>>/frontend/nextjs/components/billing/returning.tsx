"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { LoadError } from "@/components/ui/load-error";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { useConfirm } from "@/lib/api/billing";

/** Has it looked up what became of a checkout, and goes on to what there is now. */
export function Returning({ brought }: { brought: Record<string, string> }) {
  const { mutate, error } = useConfirm();
  const router = useRouter();
  const asked = useRef(false);

  function ask() {
    mutate(brought, {
      onSuccess: ({ data }) => {
        if (data.status !== "none") toast.success("Your subscription is up to date");
        router.replace("/settings/billing");
      },
    });
  }

  useEffect(() => {
    // React runs effects twice in development.
    if (!asked.current) ask();
    asked.current = true;
  });

  return (
    <>
      <PageHeader title="Billing" lead="We look up what became of your payment." />
      <Card className="p-5">
        {error ? (
          <LoadError error={error} onRetry={ask} />
        ) : (
          <div role="status" aria-label="Looking up your payment">
            <Skeleton className="h-8" />
          </div>
        )}
      </Card>
    </>
  );
}
