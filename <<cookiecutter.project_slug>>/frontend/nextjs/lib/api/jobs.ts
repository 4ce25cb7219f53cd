import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTenantKey } from "./me";
import { api } from "./http";
import type { Job } from "./types";

/** Follow a job: asks again, as often as the server wants, until it has ended. */
export function useJob(id: string) {
  return useQuery({
    queryKey: [useTenantKey(), "jobs", id],
    queryFn: async ({ signal }) => {
      const { data, headers } = await api.get<Job>(`/api/v1/jobs/${id}`, { signal });
      return { job: data, pause: Number(headers["retry-after"]) || 1 };
    },
    refetchInterval: ({ state }) =>
      state.data && !hasEnded(state.data.job) ? state.data.pause * 1000 : false,
    // A job goes on while the person looks at another tab.
    refetchIntervalInBackground: true,
  });
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
