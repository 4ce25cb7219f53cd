"use client";

import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { reauthenticate } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";

/** Asks for the password once more. */
export function ReauthenticateDialog(props: { onDone: () => void; onClose: () => void }) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get("password");
    setBusy(true);
    try {
      await reauthenticate(String(password));
      props.onDone();
    } catch (failure) {
      setError(toApiError(failure).message);
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Is it you?"
      description="Not everybody who finds this page open may do that. Enter your password to go on."
    >
      <form method="post" noValidate className="grid gap-4" onSubmit={submit}>
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={error}
        />
        <Button type="submit" className="justify-self-end" busy={busy}>
          Confirm
        </Button>
      </form>
    </Dialog>
  );
}
