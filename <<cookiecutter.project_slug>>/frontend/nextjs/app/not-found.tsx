import type { Metadata } from "next";
import { FullPageMessage } from "@/components/full-page-message";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";

export const metadata: Metadata = { title: "Page not found" };

// Works without scripts: it is rendered once, so under the app's policy its scripts carry no nonce.
export default function NotFound() {
  return (
    <FullPageMessage title="There is nothing here" code="404">
      <p>The page may have moved, or the address may have a slip in it.</p>
      <PageLink href="/" className={buttonVariants()}>
        Back to the start
      </PageLink>
    </FullPageMessage>
  );
}
