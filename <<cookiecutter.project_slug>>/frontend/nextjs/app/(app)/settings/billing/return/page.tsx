import type { Metadata } from "next";
import { Returning } from "@/components/billing/returning";

export const metadata: Metadata = { title: "Billing" };

/** Where the payment provider sends people back to. */
export default async function ReturnPage({ searchParams }: PageProps<"/settings/billing/return">) {
  const brought = Object.entries(await searchParams).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  return <Returning brought={Object.fromEntries(brought)} />;
}
