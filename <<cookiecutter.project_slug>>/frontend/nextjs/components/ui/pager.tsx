"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";

type Props = {
  previous: string | null;
  next: string | null;
  onGo: (cursor: string | null) => void;
};

/** Leads to the pages before and after. Says nothing when there is one page only. */
export function Pager({ previous, next, onGo }: Props) {
  if (!previous && !next) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-between gap-2 sm:justify-end">
      <Button variant="secondary" disabled={!previous} onClick={() => onGo(previous)}>
        <ChevronLeft aria-hidden="true" /> Previous
      </Button>
      <Button variant="secondary" disabled={!next} onClick={() => onGo(next)}>
        Next <ChevronRight aria-hidden="true" />
      </Button>
    </nav>
  );
}
