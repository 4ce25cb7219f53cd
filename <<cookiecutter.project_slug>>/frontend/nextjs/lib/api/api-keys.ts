import { api } from "./http";
import { useTenantMutation, useTenantPage } from "./queries";
import type { ApiKey, ApiKeyInput, NewApiKey } from "./types";

const base = "/api/v1/api-keys";

export function useApiKeys(cursor: string | null) {
  return useTenantPage<ApiKey>("api-keys", base, { cursor });
}

/** Make a key, whose text is in this answer and in no other. Wants a recent login. */
export function useCreateApiKey() {
  return useTenantMutation(
    async (input: ApiKeyInput) => (await api.post<NewApiKey>(base, input)).data,
    "api-keys",
  );
}

export function useRevokeApiKey() {
  return useTenantMutation((id: string) => api.delete(`${base}/${id}`), "api-keys");
}
