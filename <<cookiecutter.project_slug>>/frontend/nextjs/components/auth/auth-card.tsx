import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";

type Props = { title: string; lead: string; footer: ReactNode; children: ReactNode };

/** The frame of the log-in and sign-up forms. */
export function AuthCard({ title, lead, footer, children }: Props) {
  return (
    <>
      <Card className="p-6 shadow-raised sm:p-8">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1.5 text-sm text-muted">{lead}</p>
        <div className="mt-6">{children}</div>
      </Card>
      <p className="mt-6 text-center text-sm text-muted">{footer}</p>
    </>
  );
}
