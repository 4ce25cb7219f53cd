export type Plan = {
  key: string;
  name: string;
  tagline: string;
  /** Price in whole dollars. */
  monthly: number;
  /** Price of a whole year in whole dollars. */
  yearly: number;
  features: string[];
  highlighted?: boolean;
};

/** The plans on the pricing page. Placeholders: make them your own. */
export const plans: Plan[] = [
  {
    key: "free",
    name: "Free",
    tagline: "To look around and get a feel for it.",
    monthly: 0,
    yearly: 0,
    features: ["1 person", "500 contacts", "CSV import", "Community help"],
  },
  {
    key: "starter",
    name: "Starter",
    tagline: "For a small team that is getting going.",
    monthly: 19,
    yearly: 190,
    features: ["5 people", "10,000 contacts", "CSV import", "Email support"],
  },
  {
    key: "growth",
    name: "Growth",
    tagline: "For a company with customers to look after.",
    monthly: 59,
    yearly: 590,
    features: ["25 people", "100,000 contacts", "Your own domain", "Support within a day"],
    highlighted: true,
  },
  {
    key: "scale",
    name: "Scale",
    tagline: "For many teams with much to do.",
    monthly: 199,
    yearly: 1990,
    features: [
      "Unlimited people",
      "1,000,000 contacts",
      "Your own domain",
      "Support within the hour",
    ],
  },
];

export type Interval = "monthly" | "yearly";

/** What a plan costs per month when it is paid at this interval. */
export function pricePerMonth(plan: Plan, interval: Interval) {
  return interval === "monthly" ? plan.monthly : Math.round(plan.yearly / 12);
}
