"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useController, useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { useSaveRole } from "@/lib/api/roles";
import type { Role, RoleInput } from "@/lib/api/types";
import { showErrors } from "@/lib/form-errors";
import { PermissionChecks } from "./permission-checks";

const schema = z.object({
  name: z.string().trim().min(1, "Enter a name, such as Sales."),
  permissions: z.array(z.string()).min(1, "Choose at least one."),
});

/** Makes a role, or changes the one it is given. */
export function RoleDialog({ role, onClose }: { role?: Role; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={role ? "Edit role" : "New role"}
      description={role && "It changes for everybody who has it, from their next step on."}
    >
      <RoleForm role={role} onClose={onClose} />
    </Dialog>
  );
}

function RoleForm({ role, onClose }: { role?: Role; onClose: () => void }) {
  const save = useSaveRole(role?.key);
  const { control, register, handleSubmit, setError, formState } = useForm<RoleInput>({
    resolver: zodResolver(schema),
    defaultValues: { name: role?.name ?? "", permissions: role?.permissions ?? [] },
  });
  const permissions = useController({ control, name: "permissions" });
  const { errors, isSubmitting } = formState;

  async function submit(values: RoleInput) {
    try {
      await save.mutateAsync(values);
      toast.success(role ? "Role saved" : "Role created");
      onClose();
    } catch (error) {
      showErrors(error, ["name", "permissions"], setError);
    }
  }

  return (
    <form noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
      {errors.root && <Alert>{errors.root.message}</Alert>}
      <TextField
        label="Name"
        required
        maxLength={60}
        error={errors.name?.message}
        {...register("name")}
      />
      <PermissionChecks
        label="Whoever has it may"
        value={permissions.field.value}
        onChange={permissions.field.onChange}
        error={errors.permissions?.message}
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" busy={isSubmitting}>
          {role ? "Save" : "Create"}
        </Button>
      </div>
    </form>
  );
}
