import type { Metadata } from "next";
import { connection } from "next/server";
import { FullPageMessage } from "@/components/full-page-message";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";

export const metadata: Metadata = { title: "Page not found" };

export default async function NotFound() {
  // Rendered for each request, as it may be shown under a policy that asks scripts for a nonce.
  await connection();
  return (
    <FullPageMessage title="There is nothing here" code="404">
      <p>The page may have moved, or the address may have a slip in it.</p>
      <PageLink href="/" className={buttonVariants()}>
        Back to the start
      </PageLink>
    </FullPageMessage>
  );
}
