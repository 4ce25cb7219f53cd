"use client";

import { useId } from "react";
import { useMe } from "@/lib/api/me";
import { usePermissions } from "@/lib/api/roles";
import type { Permission } from "@/lib/api/types";
import { Loaded } from "@/components/ui/loaded";
import { grouped, impliedBy } from "@/lib/permissions";

type Props = {
  label: string;
  value: string[];
  onChange: (value: string[]) => void;
  error?: string;
};

/** Asks for permissions, of those that the person has: nobody gives more than that. */
export function PermissionChecks({ label, value, onChange, error }: Props) {
  const query = usePermissions();
  const id = useId();
  return (
    <fieldset className="grid gap-2" aria-describedby={error ? id : undefined}>
      <legend className="text-sm font-medium">{label}</legend>
      {error && (
        <p id={id} className="text-sm text-danger">
          {error}
        </p>
      )}
      <Loaded query={query} what="permissions">
        {(permissions) => <Groups permissions={permissions} value={value} onChange={onChange} />}
      </Loaded>
    </fieldset>
  );
}

type GroupsProps = {
  permissions: Permission[];
  value: string[];
  onChange: (value: string[]) => void;
};

function Groups({ permissions, value, onChange }: GroupsProps) {
  const me = useMe();
  const implied = impliedBy(value, permissions);

  function toggle(codename: string) {
    const has = value.includes(codename);
    onChange(has ? value.filter((other) => other !== codename) : [...value, codename]);
  }

  return [...grouped(permissions)].map(([group, members]) => (
    <div key={group} className="mt-1">
      <p className="text-xs font-medium text-muted">{group}</p>
      {members.map(({ codename, label }) => (
        <label key={codename} className="flex items-start gap-2.5 py-1.5 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-primary"
            checked={value.includes(codename) || implied.has(codename)}
            disabled={implied.has(codename) || !me.permissions.includes(codename)}
            onChange={() => toggle(codename)}
          />
          {label}
        </label>
      ))}
    </div>
  ));
}
