"use client";

import { useMutation } from "@tanstack/react-query";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Loaded } from "@/components/ui/loaded";
import { toast } from "@/components/ui/toast";
import { useChange, usePreview } from "@/lib/api/billing";
import { toApiError } from "@/lib/api/errors";
import { visit } from "@/lib/api/navigate";
import type { Order } from "@/lib/api/types";
import { formatDate, formatMoney } from "@/lib/format";
import { useFinish } from "./use-buy";

type Props = { order: Order; onClose: () => void };

/** Says what a change costs, and makes it. */
export function ChangeDialog({ order, onClose }: Props) {
  const preview = usePreview(order);
  const { mutate, isPending, error } = useMake(order, onClose);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Change your plan">
      <Loaded query={preview} what="what it costs">
        {({ when, due_now, next_amount, currency, at, is_estimate }) => (
          <dl className="grid grid-cols-[1fr_auto] gap-2 text-sm">
            <dt className="text-muted">It comes</dt>
            <dd>{when === "now" ? "now" : `on ${formatDate(at)}`}</dd>
            <dt className="text-muted">
              {due_now < 0 ? "To your credit" : "To pay now"}
              {is_estimate && ", about"}
            </dt>
            <dd className="font-medium">{formatMoney(Math.abs(due_now), currency)}</dd>
            <dt className="text-muted">Then each {order.interval}</dt>
            <dd>{formatMoney(next_amount, currency)}</dd>
          </dl>
        )}
      </Loaded>
      {error && (
        <div className="mt-4">
          <Alert>{toApiError(error).message}</Alert>
        </div>
      )}
      <div className="mt-6 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button busy={isPending} disabled={!preview.data} onClick={() => mutate()}>
          Change
        </Button>
      </div>
    </Dialog>
  );
}

/** What is left to the customer, they do at the provider: pay, or approve it with their bank. */
function useMake(order: Order, onClose: () => void) {
  const { mutateAsync: change } = useChange();
  const finish = useFinish();
  return useMutation({
    mutationFn: async () => {
      const { outcome, url, popup } = await change(order);
      if (outcome === "needs_approval") return void (await finish({ url, popup }));
      if (outcome === "payment_pending") return visit(url);
      toast.success(outcome === "scheduled" ? "It comes with the next period" : "Changed");
    },
    onSuccess: onClose,
  });
}
