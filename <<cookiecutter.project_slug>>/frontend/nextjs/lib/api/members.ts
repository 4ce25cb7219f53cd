import { api } from "./http";
import { useTenantMutation, useTenantPage } from "./queries";
import type { Invitation, InvitationLink, TenantMember } from "./types";

const members = "/api/v1/members";
const invitations = "/api/v1/invitations";

export function useMembers(query: { search: string; cursor: string | null }) {
  return useTenantPage<TenantMember>("members", members, query);
}

export function useChangeRole() {
  return useTenantMutation(
    async ({ id, role }: { id: number; role: string }) =>
      (await api.patch<TenantMember>(`${members}/${id}`, { role })).data,
    "members",
    "roles",
  );
}

export function useRemoveMember() {
  return useTenantMutation((id: number) => api.delete(`${members}/${id}`), "members", "roles");
}

/** Make somebody an owner and oneself an admin. */
export async function handOver(id: number) {
  await api.post(`${members}/${id}/transfer-ownership`);
}

export async function leave() {
  await api.post(`${members}/leave`);
}

/** The invitations that nobody has accepted yet. */
export function useInvitations(cursor: string | null) {
  return useTenantPage<Invitation>("invitations", invitations, { cursor });
}

export function useInvite() {
  return useTenantMutation(
    (input: { emails: string[]; role: string }) => api.post(invitations, input),
    "invitations",
  );
}

/** A link that makes a member of whoever has it. Nobody can tell it a second time. */
export function useMakeLink() {
  return useTenantMutation(
    async (role: string) =>
      (await api.post<InvitationLink>(`${invitations}/link`, { role })).data.url,
    "invitations",
  );
}

export function useResendInvitation() {
  return useTenantMutation((id: number) => api.post(`${invitations}/${id}/resend`), "invitations");
}

export function useRevokeInvitation() {
  return useTenantMutation((id: number) => api.delete(`${invitations}/${id}`), "invitations");
}
