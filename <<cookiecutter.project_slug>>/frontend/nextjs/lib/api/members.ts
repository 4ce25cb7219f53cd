import { call } from "./client";
import { useTenantMutation, useTenantPage } from "./queries";

const members = "/api/v1/members";
const invitations = "/api/v1/invitations";

export function useMembers(query: { search: string; cursor: string | null }) {
  return useTenantPage("members", members, query);
}

export function useChangeRole() {
  return useTenantMutation(
    async ({ id, role }: { id: number; role: string }) =>
      (await call("patch", `${members}/{id}`, { path: { id }, body: { role } })).data,
    "members",
    "roles",
  );
}

export function useRemoveMember() {
  return useTenantMutation(
    (id: number) => call("delete", `${members}/{id}`, { path: { id } }),
    "members",
    "roles",
  );
}

/** Make somebody an owner and oneself an admin. */
export async function handOver(id: number) {
  await call("post", `${members}/{id}/transfer-ownership`, { path: { id } });
}

export async function leave() {
  await call("post", `${members}/leave`);
}

/** The invitations that nobody has accepted yet. */
export function useInvitations(cursor: string | null) {
  return useTenantPage("invitations", invitations, { cursor });
}

export function useInvite() {
  return useTenantMutation(
    (input: { emails: string[]; role: string }) => call("post", invitations, { body: input }),
    "invitations",
  );
}

/** A link that makes a member of whoever has it. Nobody can tell it a second time. */
export function useMakeLink() {
  return useTenantMutation(
    async (role: string) =>
      (await call("post", `${invitations}/link`, { body: { role } })).data.url,
    "invitations",
  );
}

export function useResendInvitation() {
  return useTenantMutation(
    (id: number) => call("post", `${invitations}/{id}/resend`, { path: { id } }),
    "invitations",
  );
}

export function useRevokeInvitation() {
  return useTenantMutation(
    (id: number) => call("delete", `${invitations}/{id}`, { path: { id } }),
    "invitations",
  );
}
