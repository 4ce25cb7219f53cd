"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { resetPassword } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";
import { showErrors } from "@/lib/form-errors";

const schema = z.object({
  key: z.string().trim().min(1, "Enter the code from the mail."),
  password: z.string().min(10, "Choose a password of at least 10 characters."),
});

type Values = z.infer<typeof schema>;

type Props = { email: string; onDone: () => void; onRestart: () => void };

/** Sets another password by the code that was mailed to the address. */
export function NewPasswordForm({ email, onDone, onRestart }: Props) {
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
  });
  const { errors, isSubmitting } = formState;

  async function submit(values: Values) {
    try {
      await resetPassword(values);
      onDone();
    } catch (error) {
      if (toApiError(error).status === 409) setError("root", { message: ended });
      else showErrors(error, ["key", "password"], setError);
    }
  }

  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
      <p className="text-sm text-muted">
        If somebody has an account as <strong className="text-text">{email}</strong>, we have mailed
        a code there.
      </p>
      {errors.root && <Alert>{errors.root.message}</Alert>}
      <TextField
        label="Code"
        autoComplete="one-time-code"
        required
        hint="It is good for 15 minutes, in this window."
        error={errors.key?.message}
        {...register("key")}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 10 characters."
        error={errors.password?.message}
        {...register("password")}
      />
      <Button type="submit" size="lg" className="mt-2" busy={isSubmitting}>
        Set the password
      </Button>
      <Button variant="ghost" disabled={isSubmitting} onClick={onRestart}>
        Send another code
      </Button>
    </form>
  );
}

const ended = "This code has ended. Have another one sent.";
