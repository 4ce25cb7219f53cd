"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { PageLink } from "@/components/page-link";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { toApiError } from "@/lib/api/errors";
import { useHydrated } from "@/lib/use-hydrated";

const schema = z.object({
  email: z.email("Enter your email address, such as ann@company.com."),
  password: z.string().min(1, "Enter your password."),
});

type Values = z.infer<typeof schema>;

type Props = {
  /** Gives them to the server; an error that it throws is shown. */
  onSubmit: (credentials: Values) => Promise<void>;
};

/** Asks for email and password. */
export function PasswordForm({ onSubmit }: Props) {
  const hydrated = useHydrated();
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
  });
  const { errors, isSubmitting, isSubmitSuccessful } = formState;

  async function submit(values: Values) {
    try {
      await onSubmit(values);
    } catch (error) {
      // Which of the two is wrong is not said, so the message belongs to the form.
      setError("root", { message: toApiError(error).message });
    }
  }

  return (
    // POST, so that a form sent before the page has come alive puts no password into the address.
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
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        error={errors.password?.message}
        {...register("password")}
      />
      <PageLink
        href="/reset-password"
        className="justify-self-end text-sm font-medium text-primary underline underline-offset-4"
      >
        Forgot your password?
      </PageLink>
      <Button
        type="submit"
        size="lg"
        className="mt-2"
        disabled={!hydrated}
        busy={isSubmitting || isSubmitSuccessful}
      >
        Log in
      </Button>
    </form>
  );
}
