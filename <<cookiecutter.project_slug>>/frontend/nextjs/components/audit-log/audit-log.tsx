"use client";

import { Download, ScrollText } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { buttonVariants } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Loaded } from "@/components/ui/loaded";
import { Pager } from "@/components/ui/pager";
import { auditExportUrl, useAuditEvents, type AuditFilters } from "@/lib/api/audit-log";
import { useCursor } from "@/lib/use-cursor";
import { useDebounced } from "@/lib/use-debounced";
import { EventsTable } from "./events-table";
import { Filters } from "./filters";

/** Who has done what in the company. */
export function AuditLog() {
  const [typed, setTyped] = useState<AuditFilters>({ search: "", kind: "", from: "", to: "" });
  const search = useDebounced(typed.search.trim(), 300);
  const filters = { ...typed, search };
  return (
    <>
      <PageHeader title="Audit log" lead="Who has done what here. Nobody can change it.">
        <a
          href={auditExportUrl(filters)}
          download
          className={buttonVariants({ variant: "secondary" })}
        >
          <Download aria-hidden="true" /> Download as CSV
        </a>
      </PageHeader>
      <Filters value={typed} onChange={setTyped} />
      <Events filters={filters} />
    </>
  );
}

function Events({ filters }: { filters: AuditFilters }) {
  const [cursor, setCursor] = useCursor(JSON.stringify(filters));
  const query = useAuditEvents(filters, cursor);
  return (
    <Loaded query={query} what="events">
      {({ rows, next, previous }) =>
        rows.length > 0 ? (
          <>
            <EventsTable events={rows} />
            <Pager next={next} previous={previous} onGo={setCursor} />
          </>
        ) : (
          <Card>
            <Empty icon={ScrollText} title="Nothing was recorded">
              <p>Nothing has happened here yet, or nothing that these filters leave.</p>
            </Empty>
          </Card>
        )
      }
    </Loaded>
  );
}
