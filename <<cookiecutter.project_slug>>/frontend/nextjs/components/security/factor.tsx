import type { ReactNode } from "react";

type Props = { title: string; text: string; action: ReactNode; children?: ReactNode };

/** One way of logging in: what it is, how things are with it, and what can be done. */
export function Factor({ title, text, action, children }: Props) {
  return (
    <div className="p-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-[1_1_14rem]">
          <h3 className="font-medium">{title}</h3>
          <p className="mt-0.5 text-sm text-muted">{text}</p>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}
