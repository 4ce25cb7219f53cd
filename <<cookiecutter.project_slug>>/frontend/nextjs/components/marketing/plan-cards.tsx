"use client";

import { Check } from "lucide-react";
import { useState } from "react";
import { PageLink } from "@/components/page-link";
import { Providers } from "@/components/shell/providers";
import { buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { usePlans } from "@/lib/api/billing";
import type { Interval, Plan } from "@/lib/api/types";
import { formatMoney } from "@/lib/format";
import { offersOf, priceOf } from "@/lib/plans";
import { IntervalSwitch } from "./interval-switch";

/** The plans as the backend sells them: there is one place where prices are written down. */
export function PlanCards() {
  return (
    <Providers>
      <Plans />
    </Providers>
  );
}

function Plans() {
  const [interval, setInterval] = useState<Interval>("month");
  return (
    <>
      <div className="mx-auto mt-9 w-fit">
        <IntervalSwitch value={interval} onChange={setInterval} />
      </div>
      <div className="mt-10">
        <Loaded query={usePlans()} what="plans">
          {(plans) => (
            <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-4">
              {plans.map((plan) => (
                <li key={plan.key} className="flex">
                  <PlanCard plan={plan} interval={interval} />
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </div>
      <p className="mt-6 text-center text-sm text-muted">
        Prices are for each person who works with you.
      </p>
    </>
  );
}

function PlanCard({ plan, interval }: { plan: Plan; interval: Interval }) {
  const price = priceOf(plan, interval);
  return (
    <Card className="flex w-full flex-col p-6">
      <h2 className="text-lg font-semibold">{plan.name}</h2>
      <p className="mt-1 min-h-10 text-sm text-muted">{plan.description}</p>
      <p className="mt-5 flex items-baseline gap-1.5">
        <span className="text-4xl font-semibold tracking-tight tabular-nums">
          {formatMoney(price, plan.currency)}
        </span>
        <span className="text-sm text-muted">
          {price ? `a ${interval}` : "for as long as you like"}
        </span>
      </p>
      <PageLink
        href="/signup"
        className={buttonVariants({ variant: price ? "primary" : "secondary", className: "mt-5" })}
      >
        {plan.trial_days ? `Try it for ${plan.trial_days} days` : "Start"}
      </PageLink>
      <ul className="mt-6 grid gap-2.5 text-sm">
        {offersOf(plan).map((offer) => (
          <li key={offer} className="flex gap-2.5">
            <Check className="mt-0.5 size-4 shrink-0 text-primary" aria-hidden="true" />
            {offer}
          </li>
        ))}
      </ul>
    </Card>
  );
}
