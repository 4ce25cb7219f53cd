import { site } from "@/lib/site";
import { cn } from "@/lib/utils";

/** The product's mark and name. */
export function Brand({ className }: { className?: string }) {
  return (
    <span
      className={cn("flex min-w-0 items-center gap-2.5 font-semibold tracking-tight", className)}
    >
      <svg viewBox="0 0 32 32" className="size-7 shrink-0" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-primary" />
        <path
          d="M7 23V13l5-4 4 3.2L20 9l5 4v10h-4v-6h-3v6h-4v-6h-3v6z"
          className="fill-on-primary"
        />
      </svg>
      <span className="truncate" title={site.name}>
        {site.name}
      </span>
    </span>
  );
}
