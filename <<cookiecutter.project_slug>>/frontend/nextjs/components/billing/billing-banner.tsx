"use client";

import Link from "next/link";
import { useSubscription } from "@/lib/api/billing";
import { useCan } from "@/lib/api/me";
import type { Subscription } from "@/lib/api/types";
import { formatDate } from "@/lib/format";

/** Says on each page what somebody has to see to: a trial that ends, a payment that failed. */
export function BillingBanner() {
  return useCan("billing.read") ? <Banner /> : null;
}

function Banner() {
  const { data } = useSubscription();
  if (!data?.banner) return null;
  return (
    <div
      role="status"
      className="bg-warning-soft px-4 py-2 text-center text-sm text-on-warning-soft"
    >
      {text(data.banner)}{" "}
      <Link href="/settings/billing" className="font-medium underline underline-offset-2">
        See billing
      </Link>
    </div>
  );
}

function text({ kind, until }: NonNullable<Subscription["banner"]>) {
  const day = until ? formatDate(until) : "soon";
  switch (kind) {
    case "trial":
      return `Your trial ends on ${day}.`;
    case "payment_failed":
      return `A payment has failed. From ${day} on nothing can be changed unless it is made.`;
    case "read_only":
      return "A payment is owed: nothing can be added or changed until it is made.";
    case "canceling":
      return `Your subscription ends on ${day}.`;
  }
}
