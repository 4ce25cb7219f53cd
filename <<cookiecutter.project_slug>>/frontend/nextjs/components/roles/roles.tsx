"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Loaded } from "@/components/ui/loaded";
import { useCan } from "@/lib/api/me";
import { useDeleteRole, usePermissions, useRoles } from "@/lib/api/roles";
import type { Role } from "@/lib/api/types";
import { RoleDialog } from "./role-dialog";
import { RolesTable } from "./roles-table";

/** What the person is doing to which role. */
type Open = { action: "create" } | { action: "edit" | "delete"; role: Role } | null;

export function Roles() {
  const [open, setOpen] = useState<Open>(null);
  const roles = useRoles();
  const permissions = usePermissions();
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader title="Roles" lead="What each role lets people do.">
        {useCan("roles.manage") && (
          <Button onClick={() => setOpen({ action: "create" })}>
            <Plus aria-hidden="true" /> New role
          </Button>
        )}
      </PageHeader>
      <Loaded query={permissions} what="permissions">
        {(all) => (
          <Loaded query={roles} what="roles">
            {(found) => (
              <RolesTable
                roles={found}
                permissions={all}
                onEdit={(role) => setOpen({ action: "edit", role })}
                onDelete={(role) => setOpen({ action: "delete", role })}
              />
            )}
          </Loaded>
        )}
      </Loaded>
      {open?.action === "create" && <RoleDialog onClose={close} />}
      {open?.action === "edit" && <RoleDialog role={open.role} onClose={close} />}
      {open?.action === "delete" && <DeleteDialog role={open.role} onClose={close} />}
    </>
  );
}

function DeleteDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const { mutateAsync } = useDeleteRole();
  return (
    <ConfirmDialog
      title="Delete role?"
      description={`“${role.name}” will be gone for good. Nobody may have it any more.`}
      action="Delete"
      run={() => mutateAsync(role.key)}
      done="Role deleted"
      onClose={onClose}
    />
  );
}
