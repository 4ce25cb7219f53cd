"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { toApiError } from "@/lib/api/errors";
import { useHydrated } from "@/lib/use-hydrated";

const schema = z.object({ email: z.email("Enter your email address, such as ann@company.com.") });

type Props = {
  /** Has the server mail a code; an error that it throws is shown. */
  onEmail: (email: string) => Promise<void>;
};

/** Asks where to mail a code to. */
export function EmailForm({ onEmail }: Props) {
  const hydrated = useHydrated();
  const { register, handleSubmit, setError, formState } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "" },
  });
  const { errors, isSubmitting } = formState;

  async function submit({ email }: { email: string }) {
    try {
      await onEmail(email);
    } catch (error) {
      setError("root", { message: toApiError(error).message });
    }
  }

  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
      {errors.root && <Alert>{errors.root.message}</Alert>}
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        required
        error={errors.email?.message}
        {...register("email")}
      />
      <Button type="submit" size="lg" className="mt-2" disabled={!hydrated} busy={isSubmitting}>
        Mail me a code
      </Button>
    </form>
  );
}
