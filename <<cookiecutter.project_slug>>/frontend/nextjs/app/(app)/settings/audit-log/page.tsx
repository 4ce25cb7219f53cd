import type { Metadata } from "next";
import { AuditLog } from "@/components/audit-log/audit-log";
import { Guarded } from "@/components/settings/guarded";

export const metadata: Metadata = { title: "Audit log" };

export default function AuditLogPage() {
  return (
    <Guarded title="Audit log" permission="audit.read">
      <AuditLog />
    </Guarded>
  );
}
