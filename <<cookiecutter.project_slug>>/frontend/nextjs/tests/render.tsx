import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { MeProvider } from "@/lib/api/me";
import type { Contact, Member } from "@/lib/api/types";

export const acme = { id: 1, slug: "acme", name: "Acme Corp" };

const reading = ["contacts.read", "jobs.read"];
const permissions = {
  owner: [...reading, "contacts.write", "contacts.import"],
  viewer: reading,
};

type Role = keyof typeof permissions;

export function meAs(role: Role): Member {
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
  };
}

export function App({ as, children }: { as: Role; children: ReactNode }) {
  return (
    <Providers>
      <MeProvider me={meAs(as)}>{children}</MeProvider>
    </Providers>
  );
}

/** Render what belongs below app/(app), as Alice of Acme. */
export function renderApp(children: ReactNode, role: Role = "owner") {
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
