"use client";

import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Loaded } from "@/components/ui/loaded";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { visit } from "@/lib/api/navigate";
import { logOutEverywhere, useEndLogin, useLogins } from "@/lib/api/security";
import type { Login } from "@/lib/api/types";
import { formatTime } from "@/lib/format";
import { deviceOf } from "@/lib/user-agent";

/** The person's logins: one can be ended, or all of them. */
export function Logins() {
  const query = useLogins();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Loaded query={query} what="your logins">
        {(logins) => (
          <Card>
            <ul aria-label="Logins" className="divide-y">
              {logins.map((login) => (
                <Row key={login.id} login={login} />
              ))}
            </ul>
          </Card>
        )}
      </Loaded>
      <Button variant="secondary" className="mt-4" onClick={() => setAsks(true)}>
        Log out everywhere
      </Button>
      {asks && (
        <ConfirmDialog
          title="Log out everywhere?"
          description="All of your logins end at once, this one too."
          action="Log out"
          run={endAll}
          done="Logged out"
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}

async function endAll() {
  await logOutEverywhere();
  visit("/login");
}

function Row({ login }: { login: Login }) {
  const { user_agent, ip, created_at, is_current } = login;
  const end = useEndLogin();
  const device = deviceOf(user_agent);

  function endIt() {
    end.mutate(login.id, {
      onSuccess: () => toast.success("Login ended"),
      onError: (error) => toast.error(toApiError(error).message),
    });
  }

  return (
    <li className="flex items-center gap-4 p-4">
      <MonitorSmartphone className="size-5 shrink-0 text-muted" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">{device}</p>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {ip}, since {formatTime(new Date(created_at * 1000).toISOString())}
        </p>
      </div>
      {is_current ? (
        <p className="text-sm text-muted">This one</p>
      ) : (
        <Button
          variant="secondary"
          aria-label={`End the login of ${device}`}
          busy={end.isPending}
          onClick={endIt}
        >
          End
        </Button>
      )}
    </li>
  );
}
