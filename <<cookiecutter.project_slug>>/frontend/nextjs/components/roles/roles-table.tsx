"use client";

import { Check, Pencil, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Table, TableCell, TableHead } from "@/components/ui/table";
import { useCan, useMe } from "@/lib/api/me";
import { mayGive } from "@/lib/api/roles";
import type { Permission, Role } from "@/lib/api/types";
import { count } from "@/lib/format";
import { grouped } from "@/lib/permissions";

type Handlers = { onEdit: (role: Role) => void; onDelete: (role: Role) => void };

type Props = Handlers & { roles: Role[]; permissions: Permission[] };

/** Permissions by roles. Where there are many roles it scrolls sideways, and the permissions stay. */
export function RolesTable({ roles, permissions, ...handlers }: Props) {
  return (
    // The tabindex lets the keyboard scroll it; relative, so that hidden texts stay within it.
    <Card className="relative overflow-x-auto" role="region" aria-label="Roles" tabIndex={0}>
      <Table>
        <caption className="sr-only">What each role may do</caption>
        <thead>
          <tr>
            <TableHead className={pinned}>
              <span className="sr-only">Permission</span>
            </TableHead>
            {roles.map((role) => (
              <RoleHead key={role.key} role={role} {...handlers} />
            ))}
          </tr>
        </thead>
        {[...grouped(permissions)].map(([group, members]) => (
          <tbody key={group} className="border-b last:border-0">
            <tr>
              <th
                scope="rowgroup"
                colSpan={roles.length + 1}
                className="px-4 pt-4 pb-1 text-xs font-medium text-muted"
              >
                {group}
              </th>
            </tr>
            {members.map((permission) => (
              <Row key={permission.codename} permission={permission} roles={roles} />
            ))}
          </tbody>
        ))}
      </Table>
    </Card>
  );
}

const pinned = "sticky left-0 bg-surface max-sm:min-w-36 sm:min-w-56";

function RoleHead({ role, onEdit, onDelete }: { role: Role } & Handlers) {
  const me = useMe();
  const canManage = useCan("roles.manage") && !role.is_system && mayGive(me, role);
  return (
    <TableHead className="min-w-24 text-center align-top">
      <span className="block text-text">{role.name}</span>
      <span className="block text-xs font-normal">{count(role.members, "member")}</span>
      {canManage && (
        <span className="flex justify-center">
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Edit ${role.name}`}
            onClick={() => onEdit(role)}
          >
            <Pencil aria-hidden="true" />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Delete ${role.name}`}
            onClick={() => onDelete(role)}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        </span>
      )}
    </TableHead>
  );
}

function Row({ permission, roles }: { permission: Permission; roles: Role[] }) {
  return (
    <tr>
      <th scope="row" className={`px-4 py-2 font-normal ${pinned}`}>
        {permission.label}
      </th>
      {roles.map((role) => (
        <TableCell key={role.key} className="py-2 text-center">
          {role.permissions.includes(permission.codename) ? (
            <>
              <Check className="mx-auto size-4 text-primary" aria-hidden="true" />
              <span className="sr-only">Yes</span>
            </>
          ) : (
            <span className="sr-only">No</span>
          )}
        </TableCell>
      ))}
    </tr>
  );
}
