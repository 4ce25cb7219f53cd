"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { removeApp, useRefreshAuthenticators } from "@/lib/api/second-factors";
import type { Authenticator } from "@/lib/api/types";
import { AppDialog } from "./app-dialog";
import { Factor } from "./factor";

type Props = { app?: Authenticator; onCodes: (codes: string[]) => void };

export function AuthenticatorApp({ app, onCodes }: Props) {
  const [open, setOpen] = useState(false);
  const refresh = useRefreshAuthenticators();
  const close = () => setOpen(false);

  async function remove() {
    await removeApp();
    await refresh();
  }

  return (
    <Factor
      title="Authenticator app"
      text={
        app
          ? "It is asked for a code after the password."
          : "After the password, ask for a code that an app on your phone makes."
      }
      action={
        <Button variant="secondary" onClick={() => setOpen(true)}>
          {app ? "Remove the app" : "Add an app"}
        </Button>
      }
    >
      {open && !app && <AppDialog onCodes={onCodes} onClose={close} />}
      {open && app && (
        <ConfirmDialog
          title="Remove the app?"
          description="Its codes will not be asked for any more."
          action="Remove"
          run={remove}
          done="App removed"
          onClose={close}
        />
      )}
    </Factor>
  );
}
