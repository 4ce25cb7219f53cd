"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { handOver, leave, useRemoveMember } from "@/lib/api/members";
import { useMe } from "@/lib/api/me";
import { visit } from "@/lib/api/navigate";
import type { TenantMember } from "@/lib/api/types";
import { home, renewUrl } from "@/lib/routes";

export type MemberAction = { action: "remove" | "handOver" | "leave"; member: TenantMember };

/** Asks before somebody goes or becomes the owner. */
export function MemberDialog({ action, member, onClose }: MemberAction & { onClose: () => void }) {
  const { tenant } = useMe();
  const remove = useRemoveMember();
  const questions = {
    remove: {
      title: "Remove this member?",
      description: `${member.email} will have no access to ${tenant.name} from now on. What they have made stays.`,
      action: "Remove",
      done: "Member removed",
      run: () => remove.mutateAsync(member.id),
    },
    handOver: {
      title: "Hand the company over?",
      description: `${member.email} will be an owner of ${tenant.name}, and you an admin. Only they can undo it.`,
      action: "Hand over",
      done: "Handed over",
      run: async () => {
        await handOver(member.id);
        // What this person may do has changed, so everything is loaded afresh.
        visit("/settings/members");
      },
    },
    leave: {
      title: `Leave ${tenant.name}?`,
      description: "You will have no access from now on, unless somebody invites you again.",
      action: "Leave",
      done: "You have left",
      run: async () => {
        await leave();
        // The session goes on in another company, if there is one.
        visit(renewUrl(home));
      },
    },
  };
  return <ConfirmDialog {...questions[action]} onClose={onClose} />;
}
