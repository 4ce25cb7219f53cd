import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "./client";
import { plain } from "./http";
import type { Login } from "./types";

const base = "/_allauth/browser/v1";

/** Where the person is logged in. The same in every tenant, so its key has none. */
export function useLogins() {
  return useQuery({
    queryKey: ["logins"],
    queryFn: async ({ signal }) =>
      (await plain.get<{ data: Login[] }>(`${base}/auth/sessions`, { signal })).data.data,
  });
}

export function useEndLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => plain.delete(`${base}/auth/sessions`, { data: { sessions: [id] } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["logins"] }),
  });
}

export type PasswordChange = { current_password: string; new_password: string };

/** Set another password, which ends all other logins. Throws an ApiError with the fields at fault. */
export async function changePassword(input: PasswordChange) {
  await plain.post(`${base}/account/password/change`, input);
}

/** End every login of the person, this one too. */
export async function logOutEverywhere() {
  await call("post", "/api/v1/auth/logout-all");
}
