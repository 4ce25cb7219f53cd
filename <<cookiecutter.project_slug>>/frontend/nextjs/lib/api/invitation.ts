import { useQuery } from "@tanstack/react-query";
import { sessionHint } from "./cookies";
import { api, plain } from "./http";
import type { Me, Offer, Tenant } from "./types";

const base = "/api/v1/invitations";

/** What a link invites to, and who is logged in; null for nobody. Throws an ApiError: 410 when the invitation has ended. */
export function useOffer(token: string) {
  return useQuery({
    queryKey: ["offer", token],
    queryFn: async ({ signal }) => {
      const offer = await plain.post<Offer>(`${base}/offer`, { token }, { signal });
      return { offer: offer.data, me: await readMe() };
    },
    // Not read again behind a form that somebody is filling in.
    staleTime: Infinity,
  });
}

async function readMe() {
  return sessionHint() ? (await api.get<Me>("/api/v1/me")).data : null;
}

/** Become a member. Throws an ApiError with code `other_account`, `already_member` or `invitation_ended`. */
export async function acceptInvitation(token: string) {
  return (await api.post<Tenant>(`${base}/accept`, { token })).data;
}
