"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { removePasskey, useRefreshAuthenticators } from "@/lib/api/second-factors";
import type { Authenticator } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import { hasPasskeys } from "@/lib/webauthn";
import { Factor } from "./factor";
import { PasskeyDialog } from "./passkey-dialog";

/** What the person is doing to which passkey. */
type Open = { action: "add" } | { action: "remove"; passkey: Authenticator } | null;

type Props = { passkeys: Authenticator[]; onCodes: (codes: string[]) => void };

export function Passkeys({ passkeys, onCodes }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Factor
      title="Passkeys"
      text="Log in by your fingerprint, your face or the lock of your device, without the password."
      action={
        hasPasskeys() ? (
          <Button variant="secondary" onClick={() => setOpen({ action: "add" })}>
            Add a passkey
          </Button>
        ) : (
          <p className="text-sm text-muted">This browser has none.</p>
        )
      }
    >
      {passkeys.length > 0 && (
        <ul aria-label="Passkeys" className="mt-3 divide-y border-t">
          {passkeys.map((passkey) => (
            <Row
              key={passkey.id}
              passkey={passkey}
              onRemove={() => setOpen({ action: "remove", passkey })}
            />
          ))}
        </ul>
      )}
      {open?.action === "add" && <PasskeyDialog onCodes={onCodes} onClose={close} />}
      {open?.action === "remove" && <RemoveDialog passkey={open.passkey} onClose={close} />}
    </Factor>
  );
}

function Row({ passkey, onRemove }: { passkey: Authenticator; onRemove: () => void }) {
  const { name, created_at, last_used_at } = passkey;
  const used = last_used_at ? `last used ${dayOf(last_used_at)}` : "never used";
  return (
    <li className="flex items-center gap-4 py-2">
      <p className="min-w-0 flex-1 text-sm [overflow-wrap:anywhere]">
        {name}
        <span className="block text-muted">
          Made {dayOf(created_at)}, {used}
        </span>
      </p>
      <Button variant="ghost" size="icon" aria-label={`Remove ${name}`} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
      </Button>
    </li>
  );
}

function dayOf(seconds: number) {
  return formatDate(new Date(seconds * 1000).toISOString());
}

function RemoveDialog({ passkey, onClose }: { passkey: Authenticator; onClose: () => void }) {
  const refresh = useRefreshAuthenticators();

  async function remove() {
    await removePasskey(passkey.id!);
    await refresh();
  }

  return (
    <ConfirmDialog
      title="Remove this passkey?"
      description={`“${passkey.name}” will not log you in any more.`}
      action="Remove"
      run={remove}
      done="Passkey removed"
      onClose={onClose}
    />
  );
}
