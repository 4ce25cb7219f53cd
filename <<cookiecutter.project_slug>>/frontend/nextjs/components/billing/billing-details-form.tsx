"use client";

import { useForm } from "react-hook-form";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { useBillingDetails, useSaveBillingDetails } from "@/lib/api/billing";
import { useCan } from "@/lib/api/me";
import type { BillingDetails } from "@/lib/api/types";
import { showErrors } from "@/lib/form-errors";

const fields = ["legal_name", "billing_email", "tax_id", "address", "region"] as const;

/** What stands on the invoices. */
export function BillingDetailsForm() {
  return (
    <section aria-labelledby="details" className="grid grid-cols-1 gap-4">
      <h2 id="details" className="text-lg font-semibold">
        On your invoices
      </h2>
      <Loaded query={useBillingDetails()} what="billing details">
        {(details) => <Form details={details} />}
      </Loaded>
    </section>
  );
}

function Form({ details }: { details: BillingDetails }) {
  const save = useSaveBillingDetails();
  const mayManage = useCan("billing.manage");
  const { register, handleSubmit, setError, formState } = useForm<BillingDetails>({
    defaultValues: details,
  });
  const { errors, isSubmitting } = formState;

  async function submit(values: BillingDetails) {
    try {
      await save.mutateAsync(values);
      toast.success("Saved");
    } catch (error) {
      showErrors(error, [...fields], setError);
    }
  }

  return (
    <Card className="p-5">
      <form noValidate onSubmit={handleSubmit(submit)}>
        <fieldset disabled={!mayManage} className="grid gap-4 sm:grid-cols-2">
          {errors.root && <Alert>{errors.root.message}</Alert>}
          <TextField
            label="Company"
            error={errors.legal_name?.message}
            {...register("legal_name")}
          />
          <TextField
            label="Email"
            type="email"
            hint="Mails about payments go there, too."
            error={errors.billing_email?.message}
            {...register("billing_email")}
          />
          <TextField label="Tax number" error={errors.tax_id?.message} {...register("tax_id")} />
          <TextField
            label="State"
            hint="In India its number, such as 29."
            error={errors.region?.message}
            {...register("region")}
          />
          <TextField label="Address" error={errors.address?.message} {...register("address")} />
          {mayManage && (
            <div className="flex items-end justify-end">
              <Button type="submit" busy={isSubmitting}>
                Save
              </Button>
            </div>
          )}
        </fieldset>
      </form>
    </Card>
  );
}
