import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card } from "./card";
import { LoadError } from "./load-error";
import { Skeleton } from "./skeleton";

type Props<T> = {
  query: UseQueryResult<T>;
  /** What is being loaded, such as "members". */
  what: string;
  children: (data: T) => ReactNode;
};

/** Shows what was asked for, or that it is on its way, or why it cannot be had. */
export function Loaded<T>({ query, what, children }: Props<T>) {
  if (query.isPending) return <Loading what={what} />;
  if (query.isError) {
    return (
      <Card>
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  return (
    <div aria-busy={query.isPlaceholderData} className="aria-busy:opacity-60">
      {children(query.data)}
    </div>
  );
}

function Loading({ what }: { what: string }) {
  return (
    <Card className="grid gap-6 p-5" role="status" aria-label={`Loading ${what}`}>
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} className="h-8" />
      ))}
    </Card>
  );
}
