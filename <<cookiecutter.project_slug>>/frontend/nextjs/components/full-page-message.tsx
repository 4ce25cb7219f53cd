import type { ReactNode } from "react";

/** A page that consists of one message, such as "not found". */
export function FullPageMessage(props: { title: string; code: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-6 text-center text-muted">
      <p className="rounded-full bg-soft px-3 py-1 text-sm font-medium text-on-soft">
        {props.code}
      </p>
      <h1 className="text-3xl font-semibold tracking-tight text-text">{props.title}</h1>
      {props.children}
    </main>
  );
}
