import type { Metadata } from "next";
import { Contacts } from "@/components/contacts/contacts";

export const metadata: Metadata = { title: "Contacts" };

export default function ContactsPage() {
  return <Contacts />;
}
