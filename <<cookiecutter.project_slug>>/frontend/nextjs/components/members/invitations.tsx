"use client";

import { MailPlus, Send, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Empty } from "@/components/ui/empty";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { useCan } from "@/lib/api/me";
import { useInvitations, useResendInvitation, useRevokeInvitation } from "@/lib/api/members";
import type { Invitation } from "@/lib/api/types";
import { formatDate } from "@/lib/format";

export function Invitations() {
  const [cursor, setCursor] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const query = useInvitations(cursor);
  return (
    <section className="mt-10">
      <h2 className="mb-4 text-lg font-semibold">Invitations</h2>
      <Loaded query={query} what="invitations">
        {({ rows, next, previous }) => (
          <>
            <Card>
              {rows.length > 0 ? (
                <ul aria-label="Invitations" className="divide-y">
                  {rows.map((invitation) => (
                    <Row key={invitation.id} invitation={invitation} onRevoke={setRevoking} />
                  ))}
                </ul>
              ) : (
                <Empty icon={MailPlus} title="Nobody is invited at the moment">
                  <p>Those who have not accepted yet will stand here.</p>
                </Empty>
              )}
            </Card>
            <Pager next={next} previous={previous} onGo={setCursor} />
          </>
        )}
      </Loaded>
      {revoking && <RevokeDialog invitation={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

type RowProps = { invitation: Invitation; onRevoke: (invitation: Invitation) => void };

function Row({ invitation, onRevoke }: RowProps) {
  const { role_name, invited_by, is_expired, expires_at } = invitation;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{nameOf(invitation)}</p>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {role_name}, from {invited_by}. {is_expired ? "Its time is over." : ""}
          {!is_expired && `Good until ${formatDate(expires_at)}.`}
        </p>
      </div>
      <RowActions invitation={invitation} onRevoke={onRevoke} />
    </li>
  );
}

function RowActions({ invitation, onRevoke }: RowProps) {
  const resend = useResendInvitation();
  if (!useCan("members.invite")) return null;

  function send() {
    resend.mutate(invitation.id, {
      onSuccess: () => toast.success("Sent again, with a new link"),
      onError: (error) => toast.error(toApiError(error).message),
    });
  }

  return (
    <div className="flex">
      {invitation.email && (
        <Button
          variant="ghost"
          size="icon"
          aria-label={`Send the invitation to ${invitation.email} again`}
          busy={resend.isPending}
          onClick={send}
        >
          {!resend.isPending && <Send aria-hidden="true" />}
        </Button>
      )}
      <Button
        variant="ghost"
        size="icon"
        aria-label={`Revoke ${nameOf(invitation)}`}
        onClick={() => onRevoke(invitation)}
      >
        <X aria-hidden="true" />
      </Button>
    </div>
  );
}

function RevokeDialog({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { mutateAsync } = useRevokeInvitation();
  return (
    <ConfirmDialog
      title="Revoke this invitation?"
      description={`${nameOf(invitation)}: nobody can accept it any more.`}
      action="Revoke"
      run={() => mutateAsync(invitation.id)}
      done="Invitation revoked"
      onClose={onClose}
    />
  );
}

function nameOf({ email }: Invitation) {
  return email || "A link for whoever has it";
}
