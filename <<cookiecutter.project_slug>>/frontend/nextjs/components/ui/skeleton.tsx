import { cn } from "@/lib/utils";

/** A grey bar in the place of what is still being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div className={cn("h-4 animate-pulse rounded-md bg-sunken", className)} aria-hidden="true" />
  );
}
