import type { Interval, Plan } from "./api/types";
import { formatNumber } from "./format";

const features: Record<string, string> = {
  api_keys: "API keys",
  custom_roles: "Roles of your own",
  custom_domains: "Your own domain",
};

const limits: Record<string, string> = { contacts: "contacts" };

/** What a seat costs in each interval; 0 for the free plan. */
export function priceOf(plan: Plan, interval: Interval) {
  return plan.prices.find((price) => price.interval === interval)?.amount ?? 0;
}

/** What comes with a plan, for people to read. */
export function offersOf(plan: Plan) {
  return [
    `Up to ${formatNumber(plan.most_seats)} people`,
    ...Object.entries(plan.limits).map(([name, limit]) =>
      limit === null
        ? `As many ${limits[name] ?? name} as you like`
        : `${formatNumber(limit)} ${limits[name] ?? name}`,
    ),
    ...plan.features.map((feature) => features[feature] ?? feature),
  ];
}
