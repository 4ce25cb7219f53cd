import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False in the HTML from the server, true as soon as React runs in the browser. */
export function useHydrated() {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
