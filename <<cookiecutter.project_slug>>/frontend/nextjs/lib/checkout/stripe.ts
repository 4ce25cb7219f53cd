import { visit } from "@/lib/api/navigate";

export type Checkout = { url: string; popup: Record<string, string> };

/** Where the provider's pages may be part of ours. */
export const paymentFrames: string[] = [];

/** Leaves for the provider's page, which sends the person back to `/settings/billing/return`. */
export async function pay({ url }: Checkout): Promise<Record<string, string> | null> {
  visit(url);
  return new Promise(() => undefined);
}
