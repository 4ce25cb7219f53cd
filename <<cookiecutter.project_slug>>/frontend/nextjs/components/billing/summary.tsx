"use client";

import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Progress } from "@/components/ui/progress";
import { toast } from "@/components/ui/toast";
import { usePayInvoice, useProviderPage, useResume } from "@/lib/api/billing";
import { toApiError } from "@/lib/api/errors";
import { useCan } from "@/lib/api/me";
import { visit } from "@/lib/api/navigate";
import type { Invoice, Subscription } from "@/lib/api/types";
import { count, formatDate, formatMoney, formatNumber } from "@/lib/format";

const names: Record<string, string> = { seats: "Seats", contacts: "Contacts" };

type Props = { subscription: Subscription; onCancel: () => void };

/** What the company has and uses, and what can be done about it. */
export function Summary({ subscription, onCancel }: Props) {
  const mayManage = useCan("billing.manage");
  return (
    <Card className="grid gap-5 p-5">
      <div>
        <h2 className="text-lg font-semibold capitalize">{subscription.plan}</h2>
        <p className="mt-1 text-sm text-muted">{terms(subscription)}</p>
        {subscription.payment_method && (
          <p className="text-sm text-muted">Paid with {subscription.payment_method}.</p>
        )}
      </div>
      {subscription.pending && <p className="text-sm">{pending(subscription.pending)}</p>}
      <div className="grid gap-4 sm:grid-cols-2">
        {subscription.usage.map(({ name, used, limit }) => (
          <Progress
            key={name}
            label={names[name] ?? name}
            value={limit ? Math.min(100, (100 * used) / limit) : 0}
            detail={
              limit === null
                ? `${formatNumber(used)}, no limit`
                : `${formatNumber(used)} of ${formatNumber(limit)}`
            }
          />
        ))}
      </div>
      {subscription.owed && <Owed invoice={subscription.owed} mayPay={mayManage} />}
      {mayManage && subscription.amount > 0 && (
        <Actions subscription={subscription} onCancel={onCancel} />
      )}
    </Card>
  );
}

function terms({
  status,
  seats,
  amount,
  currency,
  interval,
  period_end,
  trial_end,
  cancel_at,
}: Subscription) {
  if (!amount) return "You pay nothing. Choose a plan below when you need more.";
  const each = `${count(seats, "seat")}, ${formatMoney(amount, currency)} each ${interval}.`;
  if (cancel_at) return `${each} It ends on ${formatDate(cancel_at)}.`;
  if (status === "trialing" && trial_end)
    return `${each} Your trial ends on ${formatDate(trial_end)}.`;
  return period_end ? `${each} It is renewed on ${formatDate(period_end)}.` : each;
}

function pending({ plan, seats, at }: NonNullable<Subscription["pending"]>) {
  const what = `${plan[0]!.toUpperCase()}${plan.slice(1)} with ${count(seats, "seat")}`;
  return at ? `${what} comes on ${formatDate(at)}.` : `${what} comes as soon as it is paid.`;
}

function Owed({ invoice, mayPay }: { invoice: Invoice; mayPay: boolean }) {
  const { mutate, isPending, error } = usePayInvoice();
  function pay() {
    mutate(invoice.id, {
      onSuccess: ({ url }) => (url ? visit(url) : toast.success("Paid. Thank you.")),
    });
  }
  return (
    <div className="grid gap-3">
      <Alert>
        {formatMoney(invoice.total - invoice.amount_paid, invoice.currency)} are owed since{" "}
        {formatDate(invoice.issued_at)}.
        {invoice.next_attempt_at && ` We try again on ${formatDate(invoice.next_attempt_at)}.`}
      </Alert>
      {error && <Alert>{toApiError(error).message}</Alert>}
      {mayPay && (
        <Button className="w-fit" busy={isPending} onClick={pay}>
          Pay now
        </Button>
      )}
    </div>
  );
}

function Actions({ subscription, onCancel }: Props) {
  const resume = useResume();
  const goesOn = !subscription.cancel_at && !subscription.pending;
  return (
    <div className="flex flex-wrap gap-2">
      <PageButton page="payment-method">Change payment method</PageButton>
      {subscription.capabilities.hosted_portal && (
        <PageButton page="portal">Open the customer portal</PageButton>
      )}
      {goesOn ? (
        <Button variant="ghost" onClick={onCancel}>
          Cancel subscription
        </Button>
      ) : (
        <Button
          variant="secondary"
          busy={resume.isPending}
          onClick={() =>
            resume.mutate(undefined, {
              onSuccess: () => void toast.success("It goes on as it is"),
              onError: (error) => void toast.error(toApiError(error).message),
            })
          }
        >
          Keep what I have
        </Button>
      )}
    </div>
  );
}

function PageButton({
  page,
  children,
}: {
  page: "payment-method" | "portal";
  children: ReactNode;
}) {
  const { mutate, isPending } = useProviderPage(page);
  return (
    <Button
      variant="secondary"
      busy={isPending}
      onClick={() =>
        mutate(undefined, {
          onSuccess: visit,
          onError: (error) => void toast.error(toApiError(error).message),
        })
      }
    >
      {children}
    </Button>
  );
}
