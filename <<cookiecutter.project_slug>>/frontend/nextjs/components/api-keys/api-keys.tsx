"use client";

import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Empty } from "@/components/ui/empty";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { useApiKeys, useRevokeApiKey } from "@/lib/api/api-keys";
import type { ApiKey } from "@/lib/api/types";
import { ApiKeyDialog } from "./api-key-dialog";
import { ApiKeyRow } from "./api-key-row";

/** What the person is doing to which key. */
type Open = { action: "create" } | { action: "revoke"; apiKey: ApiKey } | null;

export function ApiKeys() {
  const [open, setOpen] = useState<Open>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const query = useApiKeys(cursor);
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader title="API keys" lead="For programs that work here, as far as you let them.">
        <Button onClick={() => setOpen({ action: "create" })}>
          <Plus aria-hidden="true" /> New key
        </Button>
      </PageHeader>
      <Loaded query={query} what="API keys">
        {({ rows, next, previous }) => (
          <>
            <Card>
              {rows.length > 0 ? (
                <ul aria-label="API keys" className="divide-y">
                  {rows.map((apiKey) => (
                    <ApiKeyRow
                      key={apiKey.id}
                      apiKey={apiKey}
                      onRevoke={() => setOpen({ action: "revoke", apiKey })}
                    />
                  ))}
                </ul>
              ) : (
                <Empty icon={KeyRound} title="No API keys yet">
                  <p>Make one for each program, so that each can be shut out by itself.</p>
                </Empty>
              )}
            </Card>
            <Pager next={next} previous={previous} onGo={setCursor} />
          </>
        )}
      </Loaded>
      {open?.action === "create" && <ApiKeyDialog onClose={close} />}
      {open?.action === "revoke" && <RevokeDialog apiKey={open.apiKey} onClose={close} />}
    </>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { mutateAsync } = useRevokeApiKey();
  return (
    <ConfirmDialog
      title="Revoke this key?"
      description={`Whatever uses “${apiKey.name}” will be shut out at once.`}
      action="Revoke"
      run={() => mutateAsync(apiKey.id)}
      done="Key revoked"
      onClose={onClose}
    />
  );
}
