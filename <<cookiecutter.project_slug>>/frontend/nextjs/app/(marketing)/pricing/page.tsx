import type { Metadata } from "next";
import { PlanCards } from "@/components/marketing/plan-cards";
import { SignUpBanner } from "@/components/marketing/sign-up-banner";

const description = "Start free. Pay when your company grows, by the month or by the year.";

export const metadata: Metadata = {
  title: "Pricing",
  description,
  alternates: { canonical: "/pricing" },
  openGraph: { url: "/pricing", title: "Pricing", description, images: ["/og.png"] },
};

export default function PricingPage() {
  return (
    <>
      <div className="mx-auto max-w-6xl px-4 pt-14 pb-20 sm:px-6 sm:pt-20">
        <div className="mx-auto max-w-2xl text-center">
          <h1 className="text-4xl font-semibold tracking-tight sm:text-5xl">
            Simple, honest prices
          </h1>
          <p className="mt-4 text-lg text-muted">{description}</p>
        </div>
        <PlanCards />
      </div>
      <SignUpBanner />
    </>
  );
}
