"use client";

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { useCan } from "@/lib/api/me";

type Props = { permission: string; children: ReactNode };

/** Says so where a role does not let somebody in. The API refuses them by itself. */
export function Guarded({ permission, children }: Props) {
  if (useCan(permission)) return children;
  return (
    <Card>
      <Empty icon={Lock} title="Your role does not let you in here">
        <p>Ask an owner or admin of your company if you need to.</p>
      </Empty>
    </Card>
  );
}
