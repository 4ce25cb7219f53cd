import { renewUrl } from "@/lib/routes";
import { useTenantPage } from "./queries";

const base = "/api/v1/audit-events";

/** `from` and `to` are days of the person's own calendar, "2026-11-03"; empty means no bound. */
export type AuditFilters = { search: string; kind: string; from: string; to: string };

export function useAuditEvents(filters: AuditFilters, cursor: string | null) {
  return useTenantPage("audit-events", base, { ...paramsOf(filters), cursor });
}

/** Where the browser downloads all that the filters leave, by way of new tokens: its page may be hours old. */
export function auditExportUrl(filters: AuditFilters) {
  const params = Object.entries(paramsOf(filters)).filter(([, value]) => value);
  return renewUrl(`${base}/export?${new URLSearchParams(params)}`);
}

function paramsOf({ search, kind, from, to }: AuditFilters) {
  return {
    search,
    actor_kind: kind,
    since: from && startOf(from).toISOString(),
    until: to && dayAfter(to).toISOString(),
  };
}

function startOf(day: string) {
  return new Date(`${day}T00:00`);
}

function dayAfter(day: string) {
  const date = startOf(day);
  date.setDate(date.getDate() + 1);
  return date;
}
