"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Loaded } from "@/components/ui/loaded";
import { QrCode } from "@/components/ui/qr-code";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import {
  addApp,
  beginApp,
  readRecoveryCodes,
  useRefreshAuthenticators,
  type AppKey,
} from "@/lib/api/second-factors";
import { useFreshLogin } from "./fresh-login";

type Props = { onCodes: (codes: string[]) => void; onClose: () => void };

/** Gives a key to put into the app, and takes the first code that the app makes of it. */
export function AppDialog(props: Props) {
  // A key of its own each time: the server makes another one.
  const query = useQuery({
    queryKey: ["app-key"],
    queryFn: beginApp,
    gcTime: 0,
    staleTime: Infinity,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title="Add an authenticator app"
      description="Scan this with the app or type the key, then enter the code that the app shows."
    >
      <Loaded query={query} what="the key">
        {(appKey) => <AppForm appKey={appKey} {...props} />}
      </Loaded>
    </Dialog>
  );
}

function AppForm({ appKey, onCodes, onClose }: Props & { appKey: AppKey }) {
  const freshLogin = useFreshLogin();
  const refresh = useRefreshAuthenticators();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).trim();
    setBusy(true);
    try {
      await freshLogin.run(() => addApp(code));
      toast.success("App added");
      onCodes(await readRecoveryCodes());
      onClose();
      await refresh();
    } catch (failure) {
      setError(toApiError(failure).message);
      setBusy(false);
    }
  }

  return (
    <>
      <form method="post" noValidate className="grid gap-4" onSubmit={submit}>
        <QrCode label="The key as a QR code" text={appKey.totp_url} />
        <CopyField label="Key" value={appKey.secret} />
        <p className="text-sm text-muted">
          On the phone itself,{" "}
          <a
            href={appKey.totp_url}
            className="font-medium text-primary underline underline-offset-4"
          >
            open it in the app
          </a>
          .
        </p>
        <TextField
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          maxLength={6}
          error={error}
        />
        <Button type="submit" className="justify-self-end" busy={busy}>
          Add the app
        </Button>
      </form>
      {freshLogin.dialog}
    </>
  );
}
