"use client";

import { FullPageMessage } from "@/components/full-page-message";
import { Button } from "@/components/ui/button";

export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <FullPageMessage title="This page could not be shown" code="Error">
      <p>It is our fault, not yours. Try again; if it keeps happening, tell us when it did.</p>
      {error.digest && <p className="text-xs">Reference: {error.digest}</p>}
      <Button onClick={() => window.location.reload()}>Try again</Button>
    </FullPageMessage>
  );
}
