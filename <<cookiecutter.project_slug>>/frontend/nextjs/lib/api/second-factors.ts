import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createPasskey } from "@/lib/webauthn";
import { ApiError } from "./errors";
import { plain } from "./http";
import type { Authenticator } from "./types";

const base = "/_allauth/browser/v1/account/authenticators";

const key = ["authenticators"];

type Answer<T> = { data: T };

/** What the person can log in with beside the password. The same in every tenant, so its key has none. */
export function useAuthenticators() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      (await plain.get<Answer<Authenticator[]>>(base, { signal })).data.data,
  });
}

/** To be called after one was added or removed. */
export function useRefreshAuthenticators() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

export type AppKey = { secret: string; totp_url: string };

/** The key for an authenticator app. It counts once a code that the app makes of it came back. */
export async function beginApp() {
  try {
    await plain.get(`${base}/totp`);
  } catch (error) {
    // 404: there is none yet, and this is what to make one of.
    if (error instanceof ApiError && error.status === 404) {
      return (error.body as { meta: AppKey }).meta;
    }
    throw error;
  }
  throw new ApiError("There is an authenticator app already. Load this page anew.", 409);
}

export async function addApp(code: string) {
  await plain.post(`${base}/totp`, { code });
}

export async function removeApp() {
  await plain.delete(`${base}/totp`);
}

/** The recovery codes that were made with a first factor; none when they have been shown before. */
export async function readRecoveryCodes() {
  const { data } = await plain.get<Answer<Authenticator>>(`${base}/recovery-codes`);
  return data.data.unused_codes ?? [];
}

/** Make recovery codes, which voids those before. They are told this once. */
export async function makeRecoveryCodes() {
  const { data } = await plain.post<Answer<Authenticator>>(`${base}/recovery-codes`, {});
  return data.data.unused_codes ?? [];
}

type Creation = { creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON } };

/** Have this device make a passkey, good to log in with alone. */
export async function addPasskey(name: string) {
  const { data } = await plain.get<Answer<Creation>>(`${base}/webauthn?passwordless`);
  const credential = await createPasskey(data.data.creation_options.publicKey);
  await plain.post(`${base}/webauthn`, { name, credential });
}

export async function removePasskey(id: number) {
  await plain.delete(`${base}/webauthn`, { data: { authenticators: [id] } });
}
