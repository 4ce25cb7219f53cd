"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { toApiError } from "@/lib/api/errors";
import { useMakeLink } from "@/lib/api/members";
import { useRolesToInviteAs } from "@/lib/api/roles";
import { RoleField } from "./role-field";

export function LinkDialog({ onClose }: { onClose: () => void }) {
  const make = useMakeLink();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Invite by link"
      description="Whoever has the link can become a member, for seven days. Give it to those you mean."
    >
      {make.data ? (
        <MadeLink url={make.data} onClose={onClose} />
      ) : (
        <div className="grid gap-4">
          {make.error && <Alert>{toApiError(make.error).message}</Alert>}
          <LinkForm busy={make.isPending} onRole={make.mutate} />
        </div>
      )}
    </Dialog>
  );
}

function LinkForm({ busy, onRole }: { busy: boolean; onRole: (role: string) => void }) {
  const roles = useRolesToInviteAs();
  const [chosen, setChosen] = useState<string>();
  const role = chosen ?? roles.preset;
  return (
    <>
      <RoleField
        roles={roles.list}
        value={role}
        onChange={(event) => setChosen(event.target.value)}
      />
      <Button className="justify-self-end" busy={busy} onClick={() => onRole(role)}>
        Make the link
      </Button>
    </>
  );
}

function MadeLink({ url, onClose }: { url: string; onClose: () => void }) {
  return (
    <div className="grid gap-4">
      <CopyField label="Link" value={url} />
      <p className="text-sm text-muted">It is shown this once. Below, it can be revoked.</p>
      <Button className="justify-self-end" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}
