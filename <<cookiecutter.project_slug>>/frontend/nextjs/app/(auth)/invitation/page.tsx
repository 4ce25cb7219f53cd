import type { Metadata } from "next";
import { Invitation } from "@/components/invitation/invitation";
import { Providers } from "@/components/shell/providers";

export const metadata: Metadata = { title: "Invitation", robots: { index: false } };

export default async function InvitationPage({ searchParams }: PageProps<"/invitation">) {
  const { token } = await searchParams;
  return (
    <Providers>
      <Invitation token={typeof token === "string" ? token : ""} />
    </Providers>
  );
}
