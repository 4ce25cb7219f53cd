import type { ReactNode } from "react";

type Props = { title: string; lead: string; children?: ReactNode };

/** The title of a page with its main actions. */
export function PageHeader({ title, lead, children }: Props) {
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4 sm:mb-8">
      <div className="min-w-0">
        <h1 className="text-2xl font-semibold tracking-tight [overflow-wrap:anywhere] sm:text-3xl">
          {title}
        </h1>
        <p className="mt-1.5 text-sm text-muted sm:text-base">{lead}</p>
      </div>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}
