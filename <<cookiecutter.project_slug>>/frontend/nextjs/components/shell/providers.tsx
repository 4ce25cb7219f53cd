"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ToastProvider } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { UiProvider } from "@/lib/ui-store";

/** Try again only when the server may answer differently the next time. */
function retry(failures: number, error: unknown) {
  const { status } = toApiError(error);
  return failures < 2 && (status === 0 || status >= 500);
}

function createQueryClient() {
  return new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry } } });
}

/** What all pages of the app share. Made per page load, so nothing crosses from one request to another. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <UiProvider>
        <ToastProvider>{children}</ToastProvider>
      </UiProvider>
    </QueryClientProvider>
  );
}
