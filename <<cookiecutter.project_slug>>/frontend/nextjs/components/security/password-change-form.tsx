"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { changePassword, type PasswordChange } from "@/lib/api/security";
import { showErrors } from "@/lib/form-errors";
import { useHydrated } from "@/lib/use-hydrated";

const schema = z.object({
  current_password: z.string().min(1, "Enter your present password."),
  new_password: z.string().min(10, "Choose a password of at least 10 characters."),
});

export function PasswordChangeForm() {
  const client = useQueryClient();
  const hydrated = useHydrated();
  const { register, handleSubmit, setError, reset, formState } = useForm<PasswordChange>({
    resolver: zodResolver(schema),
  });
  const { errors, isSubmitting } = formState;

  async function submit(values: PasswordChange) {
    try {
      await changePassword(values);
      toast.success("Password changed, and your other logins ended");
      reset();
      await client.invalidateQueries({ queryKey: ["logins"] });
    } catch (error) {
      showErrors(error, ["current_password", "new_password"], setError);
    }
  }

  return (
    <Card className="p-5">
      <form
        method="post"
        noValidate
        className="grid max-w-sm gap-4"
        onSubmit={handleSubmit(submit)}
      >
        {errors.root && <Alert>{errors.root.message}</Alert>}
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
          error={errors.current_password?.message}
          {...register("current_password")}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          hint="At least 10 characters. Your other logins end with it."
          error={errors.new_password?.message}
          {...register("new_password")}
        />
        <Button
          type="submit"
          className="justify-self-start"
          disabled={!hydrated}
          busy={isSubmitting}
        >
          Change the password
        </Button>
      </form>
    </Card>
  );
}
