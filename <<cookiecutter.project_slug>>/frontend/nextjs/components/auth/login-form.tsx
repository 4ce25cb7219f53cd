"use client";

import { useState } from "react";
import { CodeForm } from "@/components/auth/code-form";
import { EmailForm } from "@/components/auth/email-form";
import { PasskeyButton } from "@/components/auth/passkey-button";
import { PasswordForm } from "@/components/auth/password-form";
import { SecondFactorForm } from "@/components/auth/second-factor-form";
import { Button } from "@/components/ui/button";
import {
  confirmLoginCode,
  logIn,
  logInWithPasskey,
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

type Step = { email: string; pending: keyof typeof codes | "mfa_authenticate" };

/** Logs in by password, by a mailed code or by a passkey, whichever the person likes, and asks for what is wanted then. */
export function LoginForm({ next }: { next: string }) {
  const [step, setStep] = useState<Step | null>(null);
  const [byCode, setByCode] = useState(false);

  function goOn(email: string, pending: Pending) {
    if (isStep(pending)) setStep({ email, pending });
    else visit(next);
  }

  async function withPassword(credentials: Credentials) {
    goOn(credentials.email, await logIn(credentials));
  }

  async function askForCode(email: string) {
    goOn(email, await requestLoginCode(email));
  }

  if (step?.pending === "mfa_authenticate") {
    return <SecondFactorForm onDone={(pending) => goOn(step.email, pending)} />;
  }
  if (step) {
    const { confirm, resend } = codes[step.pending];
    return (
      <CodeForm
        key={step.pending}
        email={step.email}
        onCode={async (code) => goOn(step.email, await confirm(code))}
        onResend={resend}
      />
    );
  }
  return (
    <div className="grid gap-2">
      {byCode ? <EmailForm onEmail={askForCode} /> : <PasswordForm onSubmit={withPassword} />}
      <Button variant="ghost" onClick={() => setByCode(!byCode)}>
        {byCode ? "Log in with a password" : "Log in with a mailed code"}
      </Button>
      <PasskeyButton
        label="Log in with a passkey"
        onPasskey={async () => goOn("", await logInWithPasskey())}
      />
    </div>
  );
}

function isStep(pending: Pending): pending is Step["pending"] {
  return pending === "mfa_authenticate" || (pending !== null && pending in codes);
}
