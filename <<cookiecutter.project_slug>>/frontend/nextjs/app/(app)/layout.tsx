import { CSPProvider } from "@base-ui/react/csp-provider";
import type { Metadata } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { NotAMember } from "@/components/shell/not-a-member";
import { Providers } from "@/components/shell/providers";
import { Shell } from "@/components/shell/shell";
import { MeProvider } from "@/lib/api/me";
import { isMember } from "@/lib/api/types";
import { getMe } from "@/lib/dal";
import { site } from "@/lib/site";

export const metadata: Metadata = { robots: { index: false } };

const appUrl = process.env.APP_URL ?? `https://${site.domain}`;

export default async function AppLayout({ children }: { children: ReactNode }) {
  const [me, incoming] = await Promise.all([getMe(), headers()]);
  return (
    <CSPProvider nonce={incoming.get("x-nonce") ?? undefined}>
      <Providers>
        {isMember(me) ? (
          <MeProvider me={me}>
            <Shell>{children}</Shell>
          </MeProvider>
        ) : (
          <NotAMember me={me} appUrl={appUrl} />
        )}
      </Providers>
    </CSPProvider>
  );
}
