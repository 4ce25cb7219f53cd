"use client";

import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Loaded } from "@/components/ui/loaded";
import { usePlans, useSubscription } from "@/lib/api/billing";
import { useCan } from "@/lib/api/me";
import type { Order } from "@/lib/api/types";
import { BillingDetailsForm } from "./billing-details-form";
import { CancelDialog } from "./cancel-dialog";
import { ChangeDialog } from "./change-dialog";
import { Invoices } from "./invoices";
import { PlanPicker } from "./plan-picker";
import { Summary } from "./summary";
import { useBuy } from "./use-buy";

/** What the company has, what it could have, and what it has paid. */
export function Billing() {
  const subscription = useSubscription();
  const plans = usePlans();
  const mayManage = useCan("billing.manage");
  const buy = useBuy();
  const [wanted, setWanted] = useState<Order | null>(null);
  const [cancels, setCancels] = useState(false);
  return (
    <>
      <PageHeader title="Billing" lead="Your plan, your payments and your invoices." />
      <Loaded query={subscription} what="your subscription">
        {(found) => (
          <div className="grid grid-cols-1 gap-6">
            <Summary subscription={found} onCancel={() => setCancels(true)} />
            <Loaded query={plans} what="plans">
              {(all) => (
                <PlanPicker
                  plans={all}
                  subscription={found}
                  busy={buy.isPending}
                  error={buy.error}
                  onChoose={mayManage ? (found.amount ? setWanted : buy.mutate) : undefined}
                />
              )}
            </Loaded>
            <Invoices />
            <BillingDetailsForm />
            {cancels && <CancelDialog subscription={found} onClose={() => setCancels(false)} />}
          </div>
        )}
      </Loaded>
      {wanted && <ChangeDialog order={wanted} onClose={() => setWanted(null)} />}
    </>
  );
}
