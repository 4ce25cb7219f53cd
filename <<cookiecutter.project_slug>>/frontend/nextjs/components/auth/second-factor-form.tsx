"use client";

import { useEffect, useRef, useState, type FormEvent } from "react";
import { PasskeyButton } from "@/components/auth/passkey-button";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { givePasskey, giveSecondFactor, type Pending } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";

/** Asks for the second factor: a code of an app, a recovery code or a passkey. */
export function SecondFactorForm({ onDone }: { onDone: (pending: Pending) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  // The form takes the place of another one, and so of what had the focus.
  useEffect(() => field.current?.focus(), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get("code");
    setBusy(true);
    setError("");
    try {
      onDone(await giveSecondFactor(String(code).trim()));
    } catch (failure) {
      setError(sentenceFor(failure));
      setBusy(false);
    }
  }

  return (
    <div className="grid gap-2">
      <form method="post" noValidate className="grid gap-4" onSubmit={submit}>
        {error && <Alert>{error}</Alert>}
        <TextField
          label="Code"
          name="code"
          autoComplete="one-time-code"
          ref={field}
          required
          maxLength={20}
          hint="From your authenticator app, or one of your recovery codes."
        />
        <Button type="submit" size="lg" className="mt-2" busy={busy}>
          Continue
        </Button>
      </form>
      <PasskeyButton
        label="Use a passkey instead"
        onPasskey={async () => onDone(await givePasskey())}
      />
    </div>
  );
}

function sentenceFor(failure: unknown) {
  const error = toApiError(failure);
  return error.status === 409 ? "This took too long. Log in again." : error.message;
}
