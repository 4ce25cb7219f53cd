import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type Props = { icon: LucideIcon; title: string; children: ReactNode };

/** Stands in the place of a list that has nothing to show: what that means and what to do next. */
export function Empty({ icon: Icon, title, children }: Props) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-14 text-center text-sm text-muted">
      <span className="grid size-12 place-items-center rounded-full bg-soft text-on-soft">
        <Icon className="size-6" aria-hidden="true" />
      </span>
      <h2 className="text-base font-semibold text-text [overflow-wrap:anywhere]">{title}</h2>
      {children}
    </div>
  );
}
