import { useMutation } from "@tanstack/react-query";
import { call } from "./client";
import { useRememberJob } from "./jobs";
import { useTenantMutation, useTenantPage } from "./queries";
import type { ContactInput } from "./types";

export type ContactField = "name" | "email" | "company" | "created_at";

export type Ordering = ContactField | `-${ContactField}`;

export type ContactQuery = { search: string; ordering: Ordering; cursor: string | null };

const base = "/api/v1/contacts";

export function useContacts({ search, ordering, cursor }: ContactQuery) {
  return useTenantPage("contacts", base, { search, ordering, cursor, page_size: 25 });
}

/** Create a contact, or change it when it has an id. */
export function useSaveContact(id?: string) {
  return useTenantMutation(async (input: ContactInput) => {
    const { data } = id
      ? await call("patch", `${base}/{id}`, { path: { id }, body: input })
      : await call("post", base, { body: input });
    return data;
  }, "contacts");
}

export function useDeleteContact() {
  return useTenantMutation(
    (id: string) => call("delete", `${base}/{id}`, { path: { id } }),
    "contacts",
  );
}

/** Hand a CSV file to the server. Answers with the job that imports it, which useJob then knows at once. */
export function useStartImport() {
  const remember = useRememberJob();
  return useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("file", file);
      const response = await call("post", `${base}/import`, { body: form, timeout: 120_000 });
      remember(response);
      return response.data;
    },
  });
}
