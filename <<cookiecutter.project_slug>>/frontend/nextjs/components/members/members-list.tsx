"use client";

import { SearchX } from "lucide-react";
import { useState } from "react";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { useMembers } from "@/lib/api/members";
import { useCursor } from "@/lib/use-cursor";
import { MemberDialog, type MemberAction } from "./member-dialog";
import { MemberRow } from "./member-row";

export function MembersList({ search }: { search: string }) {
  const [cursor, setCursor] = useCursor(search);
  const [action, setAction] = useState<MemberAction | null>(null);
  const query = useMembers({ search, cursor });
  return (
    <>
      <Loaded query={query} what="members">
        {({ rows, next, previous }) => (
          <>
            <Card>
              {rows.length > 0 ? (
                <ul aria-label="Members" className="divide-y">
                  {rows.map((member) => (
                    <MemberRow key={member.id} member={member} onAction={setAction} />
                  ))}
                </ul>
              ) : (
                <Empty icon={SearchX} title={`Nobody matches “${search}”`}>
                  <p>Try a part of the name or of the email address.</p>
                </Empty>
              )}
            </Card>
            <Pager next={next} previous={previous} onGo={setCursor} />
          </>
        )}
      </Loaded>
      {action && <MemberDialog {...action} onClose={() => setAction(null)} />}
    </>
  );
}
