import type { Metadata } from "next";
import { Billing } from "@/components/billing/billing";
import { Guarded } from "@/components/settings/guarded";

export const metadata: Metadata = { title: "Billing" };

export default function BillingPage() {
  return (
    <Guarded title="Billing" permission="billing.read">
      <Billing />
    </Guarded>
  );
}
