"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { ReactNode } from "react";

const manager = Base.createToastManager();

/** Tell the person, for a few seconds, that something worked or did not. */
export const toast = {
  success: (title: string) => manager.add({ title, type: "success" }),
  error: (title: string) => manager.add({ title, type: "error", priority: "high" }),
};

/** Shows the toasts. Once, around all that uses them. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-4 bottom-4 z-60 mx-auto flex max-w-sm flex-col gap-2 sm:right-6 sm:bottom-6 sm:left-auto sm:w-full">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      className="rounded-xl border bg-surface shadow-raised transition duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-center gap-3 py-2 pr-2 pl-4">
        {item.type === "error" ? (
          <CircleAlert className="size-5 shrink-0 text-danger" aria-hidden="true" />
        ) : (
          <CircleCheck className="size-5 shrink-0 text-primary" aria-hidden="true" />
        )}
        <Base.Title className="min-w-0 flex-1 text-sm font-medium [overflow-wrap:anywhere]" />
        <Base.Close
          aria-label="Dismiss"
          className="grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-sunken"
        >
          <X className="size-4" aria-hidden="true" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
