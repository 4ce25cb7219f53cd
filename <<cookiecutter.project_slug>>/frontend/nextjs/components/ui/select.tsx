import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

/** The browser's own, which every phone and screen reader knows. */
export function Select({ className, ...props }: ComponentProps<"select">) {
  return (
    <select
      className={cn(
        "h-10 min-w-0 rounded-lg border border-border-strong/60 bg-surface px-2 text-sm text-text aria-invalid:border-danger disabled:opacity-60",
        className,
      )}
      {...props}
    />
  );
}
