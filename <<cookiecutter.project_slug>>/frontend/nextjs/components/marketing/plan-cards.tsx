"use client";

import { Check } from "lucide-react";
import { useState } from "react";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { formatNumber } from "@/lib/format";
import { plans, pricePerMonth, type Interval, type Plan } from "@/lib/plans";
import { cn } from "@/lib/utils";

export function PlanCards() {
  const [interval, setInterval] = useState<Interval>("monthly");
  return (
    <>
      <IntervalSwitch value={interval} onChange={setInterval} />
      <ul className="mt-10 grid gap-5 sm:grid-cols-2 lg:grid-cols-4">
        {plans.map((plan) => (
          <li key={plan.key} className="flex">
            <PlanCard plan={plan} interval={interval} />
          </li>
        ))}
      </ul>
      <p className="mt-6 text-center text-sm text-muted">Prices in US dollars, without taxes.</p>
    </>
  );
}

type SwitchProps = { value: Interval; onChange: (interval: Interval) => void };

const intervals: [Interval, string][] = [
  ["monthly", "Monthly"],
  ["yearly", "Yearly"],
];

function IntervalSwitch({ value, onChange }: SwitchProps) {
  return (
    <fieldset className="mx-auto mt-9 flex w-fit gap-1 rounded-xl border bg-sunken p-1">
      <legend className="sr-only">How you pay</legend>
      {intervals.map(([interval, label]) => (
        <label
          key={interval}
          className="cursor-pointer rounded-lg px-5 py-2 text-sm font-medium text-muted transition-colors has-checked:bg-surface has-checked:text-text has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-primary"
        >
          <input
            type="radio"
            name="interval"
            className="sr-only"
            checked={value === interval}
            onChange={() => onChange(interval)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function PlanCard({ plan, interval }: { plan: Plan; interval: Interval }) {
  return (
    <Card
      className={cn(
        "flex w-full flex-col p-6",
        plan.highlighted && "border-primary ring-1 ring-primary",
      )}
    >
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{plan.name}</h2>
        {plan.highlighted && (
          <span className="rounded-full bg-soft px-2.5 py-0.5 text-xs font-medium text-on-soft">
            Most chosen
          </span>
        )}
      </div>
      <p className="mt-1 min-h-10 text-sm text-muted">{plan.tagline}</p>
      <p className="mt-5 flex items-baseline gap-1.5">
        <span className="text-4xl font-semibold tracking-tight tabular-nums">
          ${formatNumber(pricePerMonth(plan, interval))}
        </span>
        <span className="text-sm text-muted">a month</span>
      </p>
      <p className="mt-1 h-5 text-sm text-muted">{billed(plan, interval)}</p>
      <PageLink
        href="/signup"
        className={buttonVariants({
          variant: plan.highlighted ? "primary" : "secondary",
          className: "mt-5",
        })}
      >
        {plan.monthly === 0 ? "Start free" : `Start with ${plan.name}`}
      </PageLink>
      <ul className="mt-6 grid gap-2.5 text-sm">
        {plan.features.map((feature) => (
          <li key={feature} className="flex gap-2.5">
            <Check className="mt-0.5 size-4 shrink-0 text-primary" aria-hidden="true" />
            {feature}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function billed(plan: Plan, interval: Interval) {
  if (plan.monthly === 0) return "For as long as you like";
  return interval === "monthly"
    ? "Paid by the month"
    : `$${formatNumber(plan.yearly)} paid once a year`;
}
