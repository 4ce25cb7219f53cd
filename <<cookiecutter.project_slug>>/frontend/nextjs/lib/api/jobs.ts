import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { AxiosResponse } from "axios";
import { useEffect } from "react";
import { useTenantKey } from "./me";
import { call } from "./client";
import type { Job } from "./types";

/** Follow a job: asks again, as often as the server wants, until it has ended. */
export function useJob(id: string) {
  return useQuery({
    queryKey: [useTenantKey(), "jobs", id],
    queryFn: async ({ signal }) =>
      stateOf(await call("get", "/api/v1/jobs/{id}", { path: { id }, signal })),
    refetchInterval: ({ state }) =>
      state.data && !hasEnded(state.data.job) ? state.data.pause * 1000 : false,
    // A job goes on while the person looks at another tab.
    refetchIntervalInBackground: true,
  });
}

/** A job, and for how many seconds there is no use in asking again. */
function stateOf({ data, headers }: AxiosResponse<Job>) {
  return { job: data, pause: Number(headers["retry-after"]) || 1 };
}

/** For the answer that a job was started with: there is something to show before it is asked for. */
export function useRememberJob() {
  const client = useQueryClient();
  const tenant = useTenantKey();
  return (response: AxiosResponse<Job>) =>
    client.setQueryData([tenant, "jobs", response.data.id], stateOf(response));
}

export function hasEnded(job: Job) {
  return job.status === "succeeded" || job.status === "failed";
}

/** Have the contacts loaded afresh once a job that changes them has ended. */
export function useContactsChangedBy(job: Job | undefined) {
  const client = useQueryClient();
  const tenant = useTenantKey();
  const ended = !!job && hasEnded(job);
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: [tenant, "contacts"] });
  }, [client, tenant, ended]);
}
