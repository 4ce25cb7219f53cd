import { call } from "./client";
import { useMe } from "./me";
import { useTenantMutation, useTenantQuery } from "./queries";
import type { Member, Role, RoleInput } from "./types";

const base = "/api/v1/roles";

/** The product's four roles, then the tenant's own. */
export function useRoles() {
  return useTenantQuery("roles", base);
}

/** The roles that this person can give to others: those that have no more than their own. */
export function useRolesToGive() {
  const me = useMe();
  return useRoles().data?.filter((role) => mayGive(me, role)) ?? [];
}

/** Those to invite somebody as, which is never as an owner, and the one to begin with. */
export function useRolesToInviteAs() {
  const list = useRolesToGive().filter(({ key }) => key !== "owner");
  const preset = list.find(({ key }) => key === "member") ?? list[0];
  return { list, preset: preset?.key ?? "" };
}

/** Mirrors the API, which decides: nobody gives what they lack, and owners alone make owners. */
export function mayGive(me: Member, role: Role) {
  if (role.key === "owner") return me.role === "owner";
  return role.permissions.every((permission) => me.permissions.includes(permission));
}

/** All that a role can allow. */
export function usePermissions() {
  return useTenantQuery("permissions", "/api/v1/permissions");
}

/** Make a role, or change it when it has a key. */
export function useSaveRole(key?: string) {
  return useTenantMutation(
    (input: RoleInput) =>
      key
        ? call("patch", `${base}/{key}`, { path: { key }, body: input })
        : call("post", base, { body: input }),
    "roles",
    "members",
  );
}

export function useDeleteRole() {
  return useTenantMutation(
    (key: string) => call("delete", `${base}/{key}`, { path: { key } }),
    "roles",
  );
}
