import { call } from "./client";
import { useTenantMutation, useTenantPage } from "./queries";
import type { ApiKeyInput } from "./types";

const base = "/api/v1/api-keys";

export function useApiKeys(cursor: string | null) {
  return useTenantPage("api-keys", base, { cursor });
}

/** Make a key, whose text is in this answer and in no other. Wants a recent login. */
export function useCreateApiKey() {
  return useTenantMutation(
    async (input: ApiKeyInput) => (await call("post", base, { body: input })).data,
    "api-keys",
  );
}

export function useRevokeApiKey() {
  return useTenantMutation(
    (id: string) => call("delete", `${base}/{id}`, { path: { id } }),
    "api-keys",
  );
}
