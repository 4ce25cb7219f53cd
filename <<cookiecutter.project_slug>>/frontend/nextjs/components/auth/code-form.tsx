"use client";

import { useEffect, useRef, useState, type FormEvent } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { toApiError } from "@/lib/api/errors";

type Props = {
  /** Where the code was mailed to. */
  email: string;
  /** Gives the code to the server; an error that it throws is shown. */
  onCode: (code: string) => Promise<void>;
  onResend: () => Promise<void>;
};

/** Asks for a code that was mailed. */
export function CodeForm({ email, onCode, onResend }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState("");
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);

  // The form takes the place of another one, and so of what had the focus.
  useEffect(() => field.current?.focus(), []);

  async function run(work: () => Promise<void>, done = "") {
    setBusy(true);
    setError("");
    setSaid("");
    try {
      await work();
      setSaid(done);
    } catch (failure) {
      setError(sentenceFor(failure));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get("code");
    void run(() => onCode(String(code).trim()));
  }

  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={submit}>
      <p className="text-sm text-muted">
        We have mailed a code to <strong className="text-text">{email}</strong>.
      </p>
      {error && <Alert>{error}</Alert>}
      {said && (
        <p role="status" className="text-sm text-muted">
          {said}
        </p>
      )}
      <TextField
        label="Code"
        name="code"
        autoComplete="one-time-code"
        ref={field}
        required
        maxLength={20}
        hint="It is good for 15 minutes, in this window."
      />
      <Button type="submit" size="lg" className="mt-2" busy={busy}>
        Continue
      </Button>
      <Button
        type="button"
        variant="ghost"
        disabled={busy}
        onClick={() => void run(onResend, "Another code is on its way.")}
      >
        Send another code
      </Button>
    </form>
  );
}

function sentenceFor(failure: unknown) {
  const error = toApiError(failure);
  if (error.status === 409) return "This code has ended. Log in again, and we send another one.";
  if (error.status === 429) return "A code was sent a moment ago. Wait a little, and try again.";
  return error.message;
}
