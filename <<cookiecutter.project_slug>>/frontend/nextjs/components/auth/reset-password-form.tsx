"use client";

import { useState } from "react";
import { NewPasswordForm } from "@/components/auth/new-password-form";
import { EmailForm } from "@/components/auth/email-form";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";
import { requestPasswordReset } from "@/lib/api/auth";

/** First the address, then the mailed code with another password, then the way to log in. */
export function ResetPasswordForm() {
  const [email, setEmail] = useState("");
  const [done, setDone] = useState(false);

  async function request(address: string) {
    await requestPasswordReset(address);
    setEmail(address);
  }

  if (done) return <Done />;
  if (!email) return <EmailForm onEmail={request} />;
  return (
    <NewPasswordForm email={email} onDone={() => setDone(true)} onRestart={() => setEmail("")} />
  );
}

function Done() {
  return (
    <div className="grid gap-4">
      <p role="status" className="text-sm text-muted">
        Your new password is set, and whoever was logged in with the old one no longer is.
      </p>
      <PageLink href="/login" className={buttonVariants({ size: "lg" })}>
        Log in
      </PageLink>
    </div>
  );
}
