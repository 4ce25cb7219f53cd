"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useCancel } from "@/lib/api/billing";
import type { Subscription } from "@/lib/api/types";
import { formatDate } from "@/lib/format";

type Props = { subscription: Subscription; onClose: () => void };

/** Asks before the subscription ends with what is paid. */
export function CancelDialog({ subscription, onClose }: Props) {
  const { mutateAsync } = useCancel();
  const end = subscription.period_end
    ? formatDate(subscription.period_end)
    : "the end of the period";
  return (
    <ConfirmDialog
      title="Cancel the subscription?"
      description={`You keep everything until ${end}. After that you are on the free plan: nothing is lost, and nothing can be added beyond its limits. Until then you can change your mind.`}
      action="Cancel it"
      run={() => mutateAsync("period_end")}
      done={`It ends on ${end}`}
      onClose={onClose}
    />
  );
}
