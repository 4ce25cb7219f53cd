"use client";

import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { addPasskey, readRecoveryCodes, useRefreshAuthenticators } from "@/lib/api/second-factors";
import { deviceOf } from "@/lib/user-agent";
import { passkeySentence } from "@/lib/webauthn";
import { useFreshLogin } from "./fresh-login";

type Props = { onCodes: (codes: string[]) => void; onClose: () => void };

/** Names a passkey, and has the device make it. */
export function PasskeyDialog(props: Props) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Add a passkey"
      description="Give it a name to know it by. Your device then asks you to confirm."
    >
      <PasskeyForm {...props} />
    </Dialog>
  );
}

function PasskeyForm({ onCodes, onClose }: Props) {
  const freshLogin = useFreshLogin();
  const refresh = useRefreshAuthenticators();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    setBusy(true);
    try {
      await freshLogin.run(() => addPasskey(name));
      toast.success("Passkey added");
      onCodes(await readRecoveryCodes());
      onClose();
      await refresh();
    } catch (failure) {
      setError(passkeySentence(failure) ?? toApiError(failure).message);
      setBusy(false);
    }
  }

  return (
    <>
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          defaultValue={deviceOf(navigator.userAgent)}
          error={error}
        />
        <Button type="submit" className="justify-self-end" busy={busy}>
          Continue
        </Button>
      </form>
      {freshLogin.dialog}
    </>
  );
}
