import { CloudOff } from "lucide-react";
import { toApiError } from "@/lib/api/errors";
import { Button } from "./button";
import { Empty } from "./empty";

/** Stands in the place of what could not be loaded. */
export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = toApiError(error);
  return (
    <Empty icon={CloudOff} title="This could not be loaded">
      <p role="alert">{message}</p>
      {requestId && <p className="text-xs">Reference: {requestId}</p>}
      <Button variant="secondary" onClick={onRetry}>
        Try again
      </Button>
    </Empty>
  );
}
