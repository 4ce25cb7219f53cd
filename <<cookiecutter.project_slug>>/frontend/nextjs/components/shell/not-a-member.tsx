import { FullPageMessage } from "@/components/full-page-message";
import { PageLink } from "@/components/page-link";
import { Card } from "@/components/ui/card";
import type { Me, Tenant } from "@/lib/api/types";
import { home } from "@/lib/routes";
import { LogOutButton } from "./log-out-button";

type Props = { me: Me; appUrl: string };

/** For somebody who is logged in at the host of a company they do not belong to, or belongs to none. */
export function NotAMember({ me, appUrl }: Props) {
  return (
    <FullPageMessage title="You are not a member here" code={me.email}>
      {me.memberships.length > 0 ? (
        <>
          <p>Your companies have addresses of their own:</p>
          <ul className="grid w-full gap-3">
            {me.memberships.map(({ tenant }) => (
              <li key={tenant.id}>
                <TenantLink tenant={tenant} appUrl={appUrl} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>You do not belong to any company at the moment. Ask a colleague to invite you.</p>
      )}
      <div className="flex items-center gap-1 text-sm">
        Somebody else? <LogOutButton />
      </div>
    </FullPageMessage>
  );
}

function TenantLink({ tenant, appUrl }: { tenant: Tenant; appUrl: string }) {
  const url = new URL(home, appUrl);
  url.hostname = tenant.host;
  return (
    <PageLink href={url.href} className="block rounded-2xl">
      <Card className="p-4 transition-colors hover:border-border-strong">
        <span className="block font-semibold [overflow-wrap:anywhere] text-text">
          {tenant.name}
        </span>
        <span className="block text-sm [overflow-wrap:anywhere]">{url.host}</span>
      </Card>
    </PageLink>
  );
}
