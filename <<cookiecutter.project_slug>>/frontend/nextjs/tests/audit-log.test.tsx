import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { AuditLog } from "@/components/audit-log/audit-log";
import type { AuditEvent } from "@/lib/api/types";
import { page, renderApp } from "./render";
import { problem, server } from "./server";

const event: AuditEvent = {
  id: "e1",
  created_at: "2026-11-25T09:30:00Z",
  action: "member.role_changed",
  actor: { kind: "member", id: 1, email: "alice@acme.test", name: "Alice", via: "Sync" },
  target: { type: "member", id: "12", label: "bob@acme.test" },
  changes: { role: ["member", "admin"], scopes: [null, ["contacts.read", "contacts.write"]] },
  ip: "203.0.113.7",
  request_id: "r1",
};

let asked: URLSearchParams;

function withEvents(...events: AuditEvent[]) {
  server.use(
    http.get("/api/v1/audit-events", ({ request }) => {
      asked = new URL(request.url).searchParams;
      return HttpResponse.json(page(events));
    }),
  );
}

beforeEach(() => withEvents(event));

it("tells who has done what, and what has changed", async () => {
  renderApp(<AuditLog />);

  const row = within(await screen.findByRole("row", { name: /Member role changed/ }));
  expect(row.getByText("Alice")).toBeVisible();
  expect(row.getByText("by the key Sync")).toBeVisible();
  expect(row.getByText("from 203.0.113.7")).toBeVisible();
  expect(row.getByText(/bob@acme.test/)).toBeVisible();
  expect(row.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "role: member → admin",
    "scopes: contacts.read, contacts.write",
  ]);
});

it("asks for what the filters leave, and offers the same as a download", async () => {
  renderApp(<AuditLog />);

  await userEvent.type(screen.getByLabelText("Search"), "bob");
  await userEvent.selectOptions(screen.getByLabelText("Done by"), "API keys");
  fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-11-01" } });
  fireEvent.change(screen.getByLabelText("To"), { target: { value: "2026-11-30" } });

  const expected = {
    search: "bob",
    actor_kind: "api_key",
    since: new Date(2026, 10, 1).toISOString(),
    until: new Date(2026, 11, 1).toISOString(),
  };
  await waitFor(() => expect(Object.fromEntries(asked)).toEqual(expected));
  const link = screen.getByRole("link", { name: "Download as CSV" });
  const href = new URL(link.getAttribute("href")!, "http://x");
  const target = new URL(href.searchParams.get("next")!, "http://x");
  expect(target.pathname).toBe("/api/v1/audit-events/export");
  expect(Object.fromEntries(target.searchParams)).toEqual(expected);
});

it("says that there is nothing", async () => {
  withEvents();
  renderApp(<AuditLog />);

  expect(await screen.findByText("Nothing was recorded")).toBeVisible();
});

it("says that it could not be loaded", async () => {
  server.use(http.get("/api/v1/audit-events", () => problem(403, { detail: "Not for you." })));
  renderApp(<AuditLog />);

  expect(await screen.findByText("Not for you.")).toBeVisible();
});
