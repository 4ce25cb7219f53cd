import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { MeProvider } from "@/lib/api/me";
import type { Contact, Member, Permission, Role } from "@/lib/api/types";

export const acme = { id: 1, slug: "acme", name: "Acme Corp", host: "acme.localhost" };

const reading = ["contacts.read", "jobs.read", "members.read"];
const permissions = {
  owner: [
    ...reading,
    "contacts.write",
    "contacts.import",
    "members.invite",
    "members.manage",
    "tenant.transfer",
    "roles.manage",
    "api_keys.manage",
    "audit.read",
  ],
  viewer: reading,
};

type Part = keyof typeof permissions;

export function meAs(role: Part): Member {
  const role_name = { owner: "Owner", viewer: "Viewer" }[role];
  return {
    id: 7,
    email: "alice@acme.test",
    name: "Alice",
    tenant: acme,
    role,
    role_name,
    permissions: permissions[role],
    memberships: [{ tenant: acme, role, role_name }],
    impersonated_by: null,
  };
}

export function App({ as, children }: { as: Part; children: ReactNode }) {
  return (
    <Providers>
      <MeProvider me={meAs(as)}>{children}</MeProvider>
    </Providers>
  );
}

/** Render what belongs below app/(app), as Alice of Acme. */
export function renderApp(children: ReactNode, role: Part = "owner") {
  return render(<App as={role}>{children}</App>);
}

export function contact(values: Partial<Contact> = {}): Contact {
  return {
    id: "c1",
    name: "Bob Stone",
    email: "bob@stone.test",
    phone: "+1 555 0100",
    company: "Stone & Sons",
    created_at: "2026-11-03T10:00:00Z",
    updated_at: "2026-11-03T10:00:00Z",
    ...values,
  };
}

export function page<T>(results: T[]) {
  return { next: null, previous: null, results };
}

export const roles: Role[] = [
  { key: "owner", name: "Owner", is_system: true, permissions: permissions.owner, members: 1 },
  { key: "viewer", name: "Viewer", is_system: true, permissions: permissions.viewer, members: 1 },
  {
    key: "sales",
    name: "Sales",
    is_system: false,
    permissions: ["contacts.read", "contacts.write"],
    members: 0,
  },
];

export const permissionList: Permission[] = [
  { codename: "contacts.read", label: "See contacts", group: "Contacts", implies: "" },
  {
    codename: "contacts.write",
    label: "Write contacts",
    group: "Contacts",
    implies: "contacts.read",
  },
  {
    codename: "contacts.import",
    label: "Import contacts",
    group: "Contacts",
    implies: "contacts.write",
  },
  { codename: "tenant.delete", label: "Delete the company", group: "Company", implies: "" },
];
