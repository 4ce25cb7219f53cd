import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      className={cn(
        "h-10 w-full min-w-0 rounded-lg border border-border-strong/60 bg-surface px-3 text-base text-text placeholder:text-muted focus-visible:outline-offset-0 aria-invalid:border-danger sm:text-sm",
        className,
      )}
      {...props}
    />
  );
}
