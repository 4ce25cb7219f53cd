"use client";

import { Crown, UserMinus, type LucideIcon } from "lucide-react";
import { Avatar } from "@/components/contacts/avatar";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { useCan, useMe } from "@/lib/api/me";
import { useChangeRole } from "@/lib/api/members";
import { useRolesToGive } from "@/lib/api/roles";
import type { TenantMember } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import type { MemberAction } from "./member-dialog";

type Props = { member: TenantMember; onAction: (action: MemberAction) => void };

export function MemberRow({ member, onAction }: Props) {
  const { name, email, is_me } = member;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <Avatar name={name || email} />
      <div className="min-w-0 flex-[1_1_12rem]">
        <p className="truncate font-medium">
          {name || email}
          {is_me && <span className="font-normal text-muted"> (you)</span>}
        </p>
        <p className="truncate text-sm text-muted">{email}</p>
      </div>
      <p className="w-28 text-sm text-muted max-md:hidden">{formatDate(member.joined_at)}</p>
      <div className="flex items-center gap-1 max-sm:w-full max-sm:justify-between">
        <MemberRole member={member} />
        <MemberActions member={member} onAction={onAction} />
      </div>
    </li>
  );
}

function MemberRole({ member }: { member: TenantMember }) {
  const roles = useRolesToGive();
  const { mutate, isPending } = useChangeRole();
  const canManage = useCan("members.manage");
  const isMine = roles.some(({ key }) => key === member.role);
  // Nobody takes away a role that they could not give. One's own is given up by leaving or handing over.
  if (!canManage || member.is_me || !isMine) {
    return <p className="w-40 px-2 text-sm">{member.role_name}</p>;
  }

  function change(role: string) {
    mutate(
      { id: member.id, role },
      {
        onSuccess: ({ email, role_name }) => toast.success(`${email} is ${role_name} now`),
        onError: (error) => toast.error(toApiError(error).message),
      },
    );
  }

  return (
    <Select
      aria-label={`Role of ${member.email}`}
      className="w-40"
      value={member.role}
      disabled={isPending}
      onChange={(event) => change(event.target.value)}
    >
      {roles.map(({ key, name }) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function MemberActions({ member, onAction }: Props) {
  const me = useMe();
  const canManage = useCan("members.manage");
  const canHandOver = useCan("tenant.transfer");
  const isBeyond = member.role === "owner" && me.role !== "owner";
  if (member.is_me) {
    return (
      <div className="flex w-20 justify-end">
        <Button variant="ghost" onClick={() => onAction({ action: "leave", member })}>
          Leave <span className="sr-only">the company</span>
        </Button>
      </div>
    );
  }
  return (
    <div className="flex w-20 justify-end">
      {canHandOver && member.role !== "owner" && (
        <ActionButton
          icon={Crown}
          label={`Hand the company over to ${member.email}`}
          onClick={() => onAction({ action: "handOver", member })}
        />
      )}
      {canManage && !isBeyond && (
        <ActionButton
          icon={UserMinus}
          label={`Remove ${member.email}`}
          onClick={() => onAction({ action: "remove", member })}
        />
      )}
    </div>
  );
}

type ActionButtonProps = { icon: LucideIcon; label: string; onClick: () => void };

function ActionButton({ icon: Icon, label, onClick }: ActionButtonProps) {
  return (
    <Button variant="ghost" size="icon" aria-label={label} title={label} onClick={onClick}>
      <Icon aria-hidden="true" />
    </Button>
  );
}
