import { useQuery } from "@tanstack/react-query";
import { sessionHint } from "./cookies";
import { call } from "./client";
import { plain } from "./http";

const base = "/api/v1/invitations";

/** What a link invites to, and who is logged in; null for nobody. Throws an ApiError: 410 when the invitation has ended. */
export function useOffer(token: string) {
  return useQuery({
    queryKey: ["offer", token],
    queryFn: async ({ signal }) => {
      const offer = await call("post", `${base}/offer`, { body: { token }, by: plain, signal });
      return { offer: offer.data, me: await readMe() };
    },
    // Not read again behind a form that somebody is filling in.
    staleTime: Infinity,
  });
}

async function readMe() {
  return sessionHint() ? (await call("get", "/api/v1/me")).data : null;
}

/** Become a member. Throws an ApiError with code `other_account`, `already_member` or `invitation_ended`. */
export async function acceptInvitation(token: string) {
  return (await call("post", `${base}/accept`, { body: { token } })).data;
}
