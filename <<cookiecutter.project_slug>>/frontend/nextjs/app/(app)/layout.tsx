import { CSPProvider } from "@base-ui/react/csp-provider";
import type { Metadata } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { Shell } from "@/components/shell/shell";
import { getMe } from "@/lib/dal";

export const metadata: Metadata = { robots: { index: false } };

export default async function AppLayout({ children }: { children: ReactNode }) {
  const [me, incoming] = await Promise.all([getMe(), headers()]);
  return (
    <CSPProvider nonce={incoming.get("x-nonce") ?? undefined}>
      <Providers me={me}>
        <Shell>{children}</Shell>
      </Providers>
    </CSPProvider>
  );
}
