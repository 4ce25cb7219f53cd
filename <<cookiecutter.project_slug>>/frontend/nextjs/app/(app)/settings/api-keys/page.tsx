import type { Metadata } from "next";
import { ApiKeys } from "@/components/api-keys/api-keys";
import { Guarded } from "@/components/settings/guarded";

export const metadata: Metadata = { title: "API keys" };

export default function ApiKeysPage() {
  return (
    <Guarded title="API keys" permission="api_keys.manage">
      <ApiKeys />
    </Guarded>
  );
}
