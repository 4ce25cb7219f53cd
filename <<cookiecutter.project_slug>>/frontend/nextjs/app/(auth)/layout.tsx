import { connection } from "next/server";
import type { ReactNode } from "react";
import { Brand } from "@/components/brand";
import { PageLink } from "@/components/page-link";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  // Rendered for each request, so that the scripts carry the nonce of the Content-Security-Policy.
  await connection();
  return (
    <div className="flex min-h-dvh flex-col bg-[radial-gradient(60rem_30rem_at_50%_-10rem,var(--soft),transparent)]">
      <header className="flex justify-center px-6 pt-10 sm:pt-16">
        <PageLink href="/" className="min-w-0 rounded-lg text-lg">
          <Brand />
        </PageLink>
      </header>
      <main className="mx-auto w-full max-w-md flex-1 px-4 pt-8 pb-16">{children}</main>
    </div>
  );
}
