"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useController, useForm } from "react-hook-form";
import { z } from "zod";
import { PermissionChecks } from "@/components/roles/permission-checks";
import { useFreshLogin } from "@/components/security/fresh-login";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import { useCreateApiKey } from "@/lib/api/api-keys";
import { showErrors } from "@/lib/form-errors";

const schema = z.object({
  name: z.string().trim().min(1, "Say what it is for, such as Nightly report."),
  scopes: z.array(z.string()).min(1, "Choose at least one."),
  days: z.string(),
});

type Values = z.infer<typeof schema>;

type Props = { onMade: (key: string) => void; onClose: () => void };

export function ApiKeyForm({ onMade, onClose }: Props) {
  const create = useCreateApiKey();
  const freshLogin = useFreshLogin();
  const { control, register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: "", scopes: [], days: "90" },
  });
  const scopes = useController({ control, name: "scopes" });
  const { errors, isSubmitting } = formState;

  async function submit({ name, scopes, days }: Values) {
    const input = { name, scopes, expires_at: daysFromNow(days) };
    try {
      const { key } = await freshLogin.run(() => create.mutateAsync(input));
      onMade(key);
    } catch (error) {
      showErrors(error, ["name", "scopes"], setError);
    }
  }

  return (
    <>
      <form noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
        {errors.root && <Alert>{errors.root.message}</Alert>}
        <TextField
          label="Name"
          required
          maxLength={60}
          error={errors.name?.message}
          {...register("name")}
        />
        <Field label="Good for">
          {(field) => (
            <Select {...field} {...register("days")}>
              <option value="30">30 days</option>
              <option value="90">90 days</option>
              <option value="365">A year</option>
              <option value="">Until it is revoked</option>
            </Select>
          )}
        </Field>
        <PermissionChecks
          label="It may"
          value={scopes.field.value}
          onChange={scopes.field.onChange}
          error={errors.scopes?.message}
        />
        <div className="mt-2 flex justify-end gap-2">
          <Button variant="secondary" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" busy={isSubmitting}>
            Create
          </Button>
        </div>
      </form>
      {freshLogin.dialog}
    </>
  );
}

function daysFromNow(days: string) {
  return days ? new Date(Date.now() + Number(days) * 86_400_000).toISOString() : null;
}
