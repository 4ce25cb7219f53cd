import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "./client";
import { useTenantMutation, useTenantPage, useTenantQuery } from "./queries";
import type { BillingDetails, Order } from "./types";

const base = "/api/v1/subscription";
const stale = ["subscription", "invoices"];

/** What anybody can buy. */
export function usePlans() {
  return useQuery({
    queryKey: ["plans"],
    queryFn: async ({ signal }) => (await call("get", "/api/v1/plans", { signal })).data,
    staleTime: Infinity,
  });
}

export function useSubscription() {
  return useTenantQuery("subscription", base);
}

export function useInvoices(cursor: string | null) {
  return useTenantPage("invoices", "/api/v1/invoices", { cursor });
}

/** What a change would cost, asked anew for each order. */
export function usePreview(order: Order) {
  return useQuery({
    queryKey: ["preview", order],
    queryFn: async () => (await call("post", `${base}/preview`, { body: order })).data,
    staleTime: 0,
    retry: false,
  });
}

export function useCheckout() {
  return useMutation({
    mutationFn: async (order: Order) =>
      (await call("post", `${base}/checkout`, { body: order })).data,
  });
}

/** Has what became of a checkout looked up; `brought` is what the provider's page has given along. */
export function useConfirm() {
  return useTenantMutation(
    (brought: Record<string, string>) => call("post", `${base}/confirm`, { body: { brought } }),
    ...stale,
  );
}

export function useChange() {
  return useTenantMutation(
    async (order: Order) => (await call("post", `${base}/change`, { body: order })).data,
    ...stale,
  );
}

export function useCancel() {
  return useTenantMutation(
    (when: "now" | "period_end") => call("post", `${base}/cancel`, { body: { when } }),
    ...stale,
  );
}

export function useResume() {
  return useTenantMutation(() => call("post", `${base}/resume`), ...stale);
}

/** Where the payment method, or everything, can be changed at the provider. */
export function useProviderPage(page: "payment-method" | "portal") {
  return useMutation({
    mutationFn: async () => (await call("post", `${base}/${page}`)).data.url,
  });
}

export function usePayInvoice() {
  return useTenantMutation(
    async (id: number) =>
      (
        await call("post", "/api/v1/invoices/{invoice_id}/pay", {
          path: { invoice_id: id },
        })
      ).data,
    ...stale,
  );
}

export function useBillingDetails() {
  return useTenantQuery("billing-details", `${base}/details`);
}

export function useSaveBillingDetails() {
  return useTenantMutation(
    (details: BillingDetails) => call("patch", `${base}/details`, { body: details }),
    "billing-details",
  );
}
