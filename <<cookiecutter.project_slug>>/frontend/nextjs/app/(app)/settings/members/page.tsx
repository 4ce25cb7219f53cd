import type { Metadata } from "next";
import { Members } from "@/components/members/members";
import { Guarded } from "@/components/settings/guarded";

export const metadata: Metadata = { title: "Members" };

export default function MembersPage() {
  return (
    <Guarded title="Members" permission="members.read">
      <Members />
    </Guarded>
  );
}
