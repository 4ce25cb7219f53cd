"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { CodeForm } from "@/components/auth/code-form";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { logIn, resendCode, verifyEmail } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";
import { visit } from "@/lib/api/navigate";
import { useHydrated } from "@/lib/use-hydrated";

const schema = z.object({
  email: z.email("Enter your email address, such as ann@company.com."),
  password: z.string().min(1, "Enter your password."),
});

type Values = z.infer<typeof schema>;

export function LoginForm({ next }: { next: string }) {
  const hydrated = useHydrated();
  const [email, setEmail] = useState("");
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
  });
  const { errors, isSubmitting, isSubmitSuccessful } = formState;

  async function verify(code: string) {
    await verifyEmail(code);
    visit(next);
  }

  async function submit(values: Values) {
    try {
      const pending = await logIn(values);
      if (pending) setEmail(values.email);
      else visit(next);
    } catch (error) {
      // Which of the two is wrong is not said, so the message belongs to the form.
      setError("root", { message: toApiError(error).message });
    }
  }

  if (email) {
    return <CodeForm email={email} onCode={verify} onResend={resendCode} />;
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
