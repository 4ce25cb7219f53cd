"use client";

import { Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { ApiKey } from "@/lib/api/types";
import { formatDate, formatTime } from "@/lib/format";

export function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { name, start, scopes, acts_for } = apiKey;
  return (
    <li className="flex items-start gap-4 p-4">
      <div className="min-w-0 flex-1 text-sm text-muted [overflow-wrap:anywhere]">
        <p className="text-base font-medium text-text">{name}</p>
        <p>
          <code>{start}…</code> acts for {acts_for}
        </p>
        <p>May: {scopes.join(", ")}</p>
        <p>{timesOf(apiKey)}</p>
      </div>
      <Button variant="ghost" size="icon" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        <Trash2 aria-hidden="true" />
      </Button>
    </li>
  );
}

function timesOf({ created_at, expires_at, last_used_at }: ApiKey) {
  const used = last_used_at ? `Last used ${formatTime(last_used_at)}` : "Never used";
  const ends = expires_at ? `good until ${formatDate(expires_at)}` : "good until it is revoked";
  return `${used}, made ${formatDate(created_at)}, ${ends}.`;
}
