"use client";

import { Link as LinkIcon, UserPlus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { SearchBox } from "@/components/ui/search-box";
import { useCan } from "@/lib/api/me";
import { useDebounced } from "@/lib/use-debounced";
import { Invitations } from "./invitations";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import { MembersList } from "./members-list";

/** Who belongs to the company, and who is invited to. */
export function Members() {
  const canInvite = useCan("members.invite");
  const [open, setOpen] = useState<"mail" | "link" | null>(null);
  const [typed, setTyped] = useState("");
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader title="Members" lead="Who works here, and what they may do.">
        {canInvite && (
          <>
            <Button variant="secondary" onClick={() => setOpen("link")}>
              <LinkIcon aria-hidden="true" /> Invite by link
            </Button>
            <Button onClick={() => setOpen("mail")}>
              <UserPlus aria-hidden="true" /> Invite people
            </Button>
          </>
        )}
      </PageHeader>
      <div className="mb-4 flex">
        <SearchBox
          label="Search members"
          placeholder="Name or email"
          value={typed}
          onChange={setTyped}
        />
      </div>
      <MembersList search={useDebounced(typed.trim(), 300)} />
      <Invitations />
      {open === "mail" && <InviteDialog onClose={close} />}
      {open === "link" && <LinkDialog onClose={close} />}
    </>
  );
}
