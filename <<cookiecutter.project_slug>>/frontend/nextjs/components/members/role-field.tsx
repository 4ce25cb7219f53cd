"use client";

import type { ComponentProps } from "react";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { Role } from "@/lib/api/types";

type Props = ComponentProps<"select"> & { roles: Role[]; error?: string };

/** Asks which of these roles. */
export function RoleField({ roles, error, ...props }: Props) {
  return (
    <Field label="Role" error={error}>
      {(control) => (
        <Select {...control} {...props}>
          {roles.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
