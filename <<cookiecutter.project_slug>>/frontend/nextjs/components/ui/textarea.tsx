import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      className={cn(
        "w-full min-w-0 rounded-lg border border-border-strong/60 bg-surface px-3 py-2 text-base text-text placeholder:text-muted focus-visible:outline-offset-0 aria-invalid:border-danger sm:text-sm",
        className,
      )}
      {...props}
    />
  );
}
