import type { Permission } from "@/lib/api/types";

/** The permissions in the order of the API, group by group. */
export function grouped(permissions: Permission[]) {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { group } = permission;
    groups.set(group, [...(groups.get(group) ?? []), permission]);
  }
  return groups;
}

/** What comes along with these permissions: the ones that they imply, and what those imply. */
export function impliedBy(chosen: string[], permissions: Permission[]) {
  const implies = new Map(permissions.map(({ codename, implies }) => [codename, implies]));
  const found = new Set<string>();
  for (const codename of chosen) {
    let next = implies.get(codename);
    while (next && !found.has(next)) {
      found.add(next);
      next = implies.get(next);
    }
  }
  return found;
}
