"use client";

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { useCan } from "@/lib/api/me";

type Props = { title: string; permission: string; children: ReactNode };

/** Says so where a role does not let somebody in. The API refuses them by itself. */
export function Guarded({ title, permission, children }: Props) {
  if (useCan(permission)) return children;
  return (
    <>
      <PageHeader title={title} lead="Not everybody in the company can go here." />
      <Card>
        <Empty icon={Lock} title="Your role does not let you in here">
          <p>Ask an owner or admin of your company if you need to.</p>
        </Empty>
      </Card>
    </>
  );
}
