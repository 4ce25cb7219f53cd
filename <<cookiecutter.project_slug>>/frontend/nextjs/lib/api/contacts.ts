import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTenantKey } from "./me";
import { api } from "./http";
import { useRememberJob } from "./jobs";
import type { Contact, ContactInput, Job, Page } from "./types";

export type ContactField = "name" | "email" | "company" | "created_at";

export type Ordering = ContactField | `-${ContactField}`;

export type ContactQuery = { search: string; ordering: Ordering; cursor: string | null };

const base = "/api/v1/contacts";

/** A page of contacts, with the cursors of its neighbours. Keeps the old page until the new one is here. */
export function useContacts(query: ContactQuery) {
  return useQuery({
    queryKey: [useTenantKey(), "contacts", query],
    queryFn: async ({ signal }) => {
      const { data } = await api.get<Page<Contact>>(base, { params: contactParams(query), signal });
      return {
        contacts: data.results,
        next: cursorOf(data.next),
        previous: cursorOf(data.previous),
      };
    },
    placeholderData: keepPreviousData,
  });
}

function contactParams({ search, ordering, cursor }: ContactQuery) {
  return { search: search || undefined, ordering, cursor: cursor ?? undefined, page_size: 25 };
}

/** The API links to the next page by its full address; only the cursor in it is ours to use. */
function cursorOf(link: string | null) {
  return link ? new URL(link, "http://api").searchParams.get("cursor") : null;
}

/** Create a contact, or change it when it has an id. */
export function useSaveContact(id?: string) {
  return useContactMutation(async (input: ContactInput) => {
    const { data } = id
      ? await api.patch<Contact>(`${base}/${id}`, input)
      : await api.post<Contact>(base, input);
    return data;
  });
}

export function useDeleteContact() {
  return useContactMutation((id: string) => api.delete(`${base}/${id}`));
}

function useContactMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  const tenant = useTenantKey();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: [tenant, "contacts"] }),
  });
}

/** Hand a CSV file to the server. Answers with the job that imports it, which useJob then knows at once. */
export function useStartImport() {
  const remember = useRememberJob();
  return useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("file", file);
      const response = await api.post<Job>(`${base}/import`, form, { timeout: 120_000 });
      remember(response);
      return response.data;
    },
  });
}
