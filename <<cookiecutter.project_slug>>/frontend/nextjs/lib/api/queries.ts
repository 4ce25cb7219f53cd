import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, type Answer, type Path } from "./client";
import { useTenantKey } from "./me";
import type { Page } from "./types";

type ListPath = {
  [P in Path<"get">]: Answer<"get", P> extends Page<unknown> ? P : never;
}[Path<"get">];

type Row<P extends ListPath> = Answer<"get", P> extends Page<infer T> ? T : never;

type Params = Record<string, string | number | null | undefined>;

/** What the API has at an address, under a name that a mutation can call stale. */
export function useTenantQuery<P extends Path<"get">>(name: string, path: P) {
  return useQuery({
    queryKey: [useTenantKey(), name],
    queryFn: async ({ signal }) => (await call("get", path, { signal })).data,
  });
}

/** A page of a list, with the cursors of its neighbours. Keeps the old page until the new one is here. */
export function useTenantPage<P extends ListPath>(name: string, path: P, params: Params) {
  return useQuery({
    queryKey: [useTenantKey(), name, params],
    queryFn: async ({ signal }) => {
      const answer = await call("get", path, { query: filled(params) as never, signal });
      const data = answer.data as Page<Row<P>>;
      return {
        rows: data.results,
        next: cursorOf(data.next),
        previous: cursorOf(data.previous),
      };
    },
    placeholderData: keepPreviousData,
  });
}

/** A change of something in the tenant, after which what has these names is loaded afresh. */
export function useTenantMutation<Input, Output>(
  mutationFn: (input: Input) => Promise<Output>,
  ...stale: string[]
) {
  const client = useQueryClient();
  const tenant = useTenantKey();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(stale.map((name) => client.invalidateQueries({ queryKey: [tenant, name] }))),
  });
}

/** Without what nobody has asked for. */
function filled(params: Params) {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value));
}

/** The API links to the next page by its full address; only the cursor in it is ours to use. */
function cursorOf(link: string | null) {
  return link ? new URL(link, "http://api").searchParams.get("cursor") : null;
}
