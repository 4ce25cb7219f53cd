"use client";

import { Check } from "lucide-react";
import { useState } from "react";
import { IntervalSwitch } from "@/components/marketing/interval-switch";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toApiError } from "@/lib/api/errors";
import type { Interval, Order, Plan, Subscription } from "@/lib/api/types";
import { formatMoney } from "@/lib/format";
import { offersOf, priceOf } from "@/lib/plans";

type Props = {
  plans: Plan[];
  subscription: Subscription;
  busy: boolean;
  error: Error | null;
  /** Left out for somebody who may look only. */
  onChoose?: (order: Order) => void;
};

/** All plans, with what they cost for so many seats. */
export function PlanPicker({ plans, subscription, busy, error, onChoose }: Props) {
  const [interval, setInterval] = useState<Interval>(
    subscription.interval === "year" ? "year" : "month",
  );
  const used = subscription.usage.find(({ name }) => name === "seats")?.used ?? 1;
  const [seats, setSeats] = useState(subscription.amount ? subscription.seats : used);
  return (
    <section aria-labelledby="plans" className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h2 id="plans" className="text-lg font-semibold">
          Plans
        </h2>
        <IntervalSwitch value={interval} onChange={setInterval} />
      </div>
      <Field label="Seats" hint="For everybody who works here, and whom you have invited.">
        {(control) => (
          <Input
            {...control}
            type="number"
            min={1}
            className="w-28"
            value={seats || ""}
            onChange={(event) => setSeats(Number(event.target.value))}
          />
        )}
      </Field>
      {error && <Alert>{toApiError(error).message}</Alert>}
      <ul className="grid gap-4 md:grid-cols-3">
        {plans
          .filter((plan) => plan.prices.length > 0)
          .map((plan) => {
            const order = { plan: plan.key as Order["plan"], interval, seats };
            return (
              <li key={plan.key} className="flex">
                <PlanCard
                  plan={plan}
                  order={order}
                  isCurrent={isCurrent(subscription, order)}
                  trialDays={subscription.trial_days[plan.key] ?? 0}
                  busy={busy}
                  onChoose={onChoose && (() => onChoose(order))}
                />
              </li>
            );
          })}
      </ul>
    </section>
  );
}

function isCurrent({ amount, plan, interval, seats }: Subscription, order: Order) {
  return amount > 0 && plan === order.plan && interval === order.interval && seats === order.seats;
}

type CardProps = {
  plan: Plan;
  order: Order;
  isCurrent: boolean;
  trialDays: number;
  busy: boolean;
  onChoose?: () => void;
};

function PlanCard({ plan, order, isCurrent, trialDays, busy, onChoose }: CardProps) {
  const price = priceOf(plan, order.interval);
  const fits = order.seats >= plan.least_seats && order.seats <= plan.most_seats;
  return (
    <Card className="flex w-full flex-col gap-4 p-5">
      <div>
        <h3 className="font-semibold">{plan.name}</h3>
        <p className="mt-1 text-sm text-muted">{plan.description}</p>
      </div>
      <p className="text-sm">
        <span className="text-2xl font-semibold tabular-nums">
          {formatMoney(price * order.seats, plan.currency)}
        </span>{" "}
        <span className="text-muted">
          each {order.interval}, {formatMoney(price, plan.currency)} a seat
        </span>
      </p>
      <ul className="grid gap-2 text-sm">
        {offersOf(plan).map((offer) => (
          <li key={offer} className="flex gap-2">
            <Check className="mt-0.5 size-4 shrink-0 text-primary" aria-hidden="true" />
            {offer}
          </li>
        ))}
      </ul>
      <div className="mt-auto">
        {!fits && (
          <p className="text-sm text-muted">
            For {plan.least_seats} to {plan.most_seats} seats.
          </p>
        )}
        {isCurrent && <p className="text-sm font-medium">This is what you have.</p>}
        {onChoose && fits && !isCurrent && (
          <Button className="w-full" busy={busy} onClick={onChoose}>
            {trialDays ? `Try ${plan.name} for ${trialDays} days` : `Choose ${plan.name}`}
          </Button>
        )}
      </div>
    </Card>
  );
}
