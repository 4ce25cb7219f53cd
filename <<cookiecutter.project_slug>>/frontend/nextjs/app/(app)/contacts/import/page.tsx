import type { Metadata } from "next";
import { ImportContacts } from "@/components/contacts/import-contacts";

export const metadata: Metadata = { title: "Import contacts" };

export default async function ImportPage({ searchParams }: PageProps<"/contacts/import">) {
  const { job } = await searchParams;
  return <ImportContacts jobId={typeof job === "string" ? job : null} />;
}
