"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { CodeForm } from "@/components/auth/code-form";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { signUp, resendCode, verifyEmail } from "@/lib/api/auth";
import { visit } from "@/lib/api/navigate";
import { showErrors } from "@/lib/form-errors";
import { home } from "@/lib/routes";
import { useHydrated } from "@/lib/use-hydrated";

const schema = z.object({
  name: z.string().trim().min(1, "Enter your name."),
  email: z.email("Enter your email address, such as ann@company.com."),
  tenant_name: z.string().trim().min(1, "Enter the name of your company.").optional(),
  password: z.string().min(10, "Choose a password of at least 10 characters."),
});

type Values = z.infer<typeof schema>;

type Props = {
  /** The token of an invitation: then no company of their own is asked for. */
  invitation?: string;
  /** The only address that can accept the invitation; empty when any can. */
  email?: string;
  next?: string;
};

export function SignUpForm({ invitation, email: invited = "", next = home }: Props) {
  const hydrated = useHydrated();
  const [email, setEmail] = useState("");
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { email: invited },
  });
  const { errors, isSubmitting, isSubmitSuccessful } = formState;

  async function verify(code: string) {
    await verifyEmail(code);
    visit(next);
  }

  async function submit(values: Values) {
    try {
      const pending = await signUp({ ...values, invitation });
      if (pending) setEmail(values.email);
      else visit(next);
    } catch (error) {
      showErrors(error, ["name", "email", "tenant_name", "password"], setError);
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
        label="Your name"
        autoComplete="name"
        required
        error={errors.name?.message}
        {...register("name")}
      />
      <TextField
        label="Work email"
        type="email"
        autoComplete="username"
        required
        readOnly={invited !== ""}
        error={errors.email?.message}
        {...register("email")}
      />
      {!invitation && (
        <TextField
          label="Company"
          autoComplete="organization"
          required
          hint="Your team will see this name. You can be in several companies."
          error={errors.tenant_name?.message}
          {...register("tenant_name")}
        />
      )}
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        hint="At least 10 characters."
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
        Create account
      </Button>
    </form>
  );
}
