"use client";

import { useState } from "react";
import { CodeForm } from "@/components/auth/code-form";
import { EmailForm } from "@/components/auth/email-form";
import { PasswordForm } from "@/components/auth/password-form";
import { Button } from "@/components/ui/button";
import {
  confirmLoginCode,
  logIn,
  requestLoginCode,
  resendCode,
  resendLoginCode,
  verifyEmail,
  type Credentials,
  type Pending,
} from "@/lib/api/auth";
import { visit } from "@/lib/api/navigate";

/** What is done with a mailed code, by what it was mailed for. */
const codes = {
  verify_email: { confirm: verifyEmail, resend: resendCode },
  login_by_code: { confirm: confirmLoginCode, resend: resendLoginCode },
};

type Step = { email: string; pending: keyof typeof codes };

/** Logs in by password or by a mailed code, whichever the person likes. */
export function LoginForm({ next }: { next: string }) {
  const [step, setStep] = useState<Step | null>(null);
  const [byCode, setByCode] = useState(false);

  function goOn(email: string, pending: Pending) {
    if (pending && pending in codes) setStep({ email, pending: pending as Step["pending"] });
    else visit(next);
  }

  async function withPassword(credentials: Credentials) {
    goOn(credentials.email, await logIn(credentials));
  }

  async function askForCode(email: string) {
    goOn(email, await requestLoginCode(email));
  }

  async function confirm({ email, pending }: Step, code: string) {
    goOn(email, await codes[pending].confirm(code));
  }

  if (step) {
    return (
      <CodeForm
        key={step.pending}
        email={step.email}
        onCode={(code) => confirm(step, code)}
        onResend={codes[step.pending].resend}
      />
    );
  }
  return (
    <div className="grid gap-2">
      {byCode ? <EmailForm onEmail={askForCode} /> : <PasswordForm onSubmit={withPassword} />}
      <Button variant="ghost" onClick={() => setByCode(!byCode)}>
        {byCode ? "Log in with a password" : "Log in with a mailed code"}
      </Button>
    </div>
  );
}
