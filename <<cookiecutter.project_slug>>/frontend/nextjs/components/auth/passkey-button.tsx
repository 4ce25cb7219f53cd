"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { toApiError } from "@/lib/api/errors";
import { useHydrated } from "@/lib/use-hydrated";
import { hasPasskeys, passkeySentence } from "@/lib/webauthn";

type Props = {
  label: string;
  /** Asks the device for a passkey and gives it to the server; an error that it throws is shown. */
  onPasskey: () => Promise<void>;
};

/** Where the browser has passkeys; nothing elsewhere. */
export function PasskeyButton({ label, onPasskey }: Props) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  if (!hydrated || !hasPasskeys()) return null;

  async function run() {
    setBusy(true);
    setError("");
    try {
      await onPasskey();
    } catch (failure) {
      setError(passkeySentence(failure) ?? toApiError(failure).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button variant="ghost" busy={busy} onClick={() => void run()}>
        {!busy && <KeyRound aria-hidden="true" />} {label}
      </Button>
      {error && <Alert>{error}</Alert>}
    </>
  );
}
