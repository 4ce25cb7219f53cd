import { useState } from "react";

/** Where in the list the person is: at its first page as soon as it is another list. */
export function useCursor(list: string) {
  const [place, setPlace] = useState<{ list: string; cursor: string | null }>({
    list,
    cursor: null,
  });
  const cursor = place.list === list ? place.cursor : null;
  return [cursor, (next: string | null) => setPlace({ list, cursor: next })] as const;
}
