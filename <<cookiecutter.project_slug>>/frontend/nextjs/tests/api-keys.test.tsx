import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiKeys } from "@/components/api-keys/api-keys";
import type { ApiKey } from "@/lib/api/types";
import { page, permissionList, renderApp } from "./render";
import { problem, server } from "./server";

const apiKey: ApiKey = {
  id: "k1",
  name: "Nightly report",
  start: "acme_3f9a1c",
  scopes: ["contacts.read"],
  acts_for: "alice@acme.test",
  created_at: "2026-11-03T10:00:00Z",
  expires_at: null,
  last_used_at: null,
};

function withKeys(...keys: ApiKey[]) {
  server.use(http.get("/api/v1/api-keys", () => HttpResponse.json(page(keys))));
}

beforeEach(() => {
  withKeys(apiKey);
  server.use(http.get("/api/v1/permissions", () => HttpResponse.json(permissionList)));
});

async function fillIn() {
  renderApp(<ApiKeys />);
  await userEvent.click(screen.getByRole("button", { name: "New key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New API key" }));
  await userEvent.type(dialog.getByLabelText("Name"), "Sync");
  await userEvent.selectOptions(dialog.getByLabelText("Good for"), "Until it is revoked");
  await userEvent.click(await dialog.findByLabelText("Write contacts"));
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));
}

const made = () => HttpResponse.json({ ...apiKey, key: "acme_secret" }, { status: 201 });

describe("API keys", () => {
  it("are listed with what they may do", async () => {
    renderApp(<ApiKeys />);

    const row = await screen.findByRole("listitem");
    expect(row).toHaveTextContent("Nightly report");
    expect(row).toHaveTextContent("May: contacts.read");
    expect(row).toHaveTextContent("Never used");
  });

  it("are missing at first, or cannot be loaded", async () => {
    withKeys();
    const { unmount } = renderApp(<ApiKeys />);
    expect(await screen.findByText("No API keys yet")).toBeVisible();
    unmount();

    server.use(http.get("/api/v1/api-keys", () => problem(403, { detail: "Not for you." })));
    renderApp(<ApiKeys />);
    expect(await screen.findByText("Not for you.")).toBeVisible();
  });

  it("are revoked only after asking", async () => {
    let revoked = 0;
    server.use(
      http.delete("/api/v1/api-keys/k1", () => {
        revoked += 1;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderApp(<ApiKeys />);

    await userEvent.click(await screen.findByRole("button", { name: "Revoke Nightly report" }));
    expect(revoked).toBe(0);
    await userEvent.click(await screen.findByRole("button", { name: "Revoke" }));

    await waitFor(() => expect(revoked).toBe(1));
  });
});

describe("a new key", () => {
  it("is shown once", async () => {
    let sent: unknown;
    server.use(
      http.post("/api/v1/api-keys", async ({ request }) => {
        sent = await request.json();
        return made();
      }),
    );

    await fillIn();

    expect(await screen.findByLabelText("API key")).toHaveValue("acme_secret");
    expect(sent).toEqual({ name: "Sync", scopes: ["contacts.write"], expires_at: null });
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    await waitFor(() => expect(screen.queryByLabelText("API key")).toBeNull());
  });

  it("wants the password where the login is not recent, and then is made", async () => {
    const passwords: string[] = [];
    let recent = false;
    server.use(
      http.post("/api/v1/api-keys", () =>
        recent ? made() : problem(403, { code: "reauthentication_required" }),
      ),
      http.post<never, { password: string }>(
        "/_allauth/browser/v1/auth/reauthenticate",
        async ({ request }) => {
          passwords.push((await request.json()).password);
          recent = passwords.length > 1;
          const errors = [{ message: "Wrong.", code: "x", param: "password" }];
          return recent
            ? HttpResponse.json({ status: 200 })
            : HttpResponse.json({ status: 400, errors }, { status: 400 });
        },
      ),
    );

    await fillIn();
    const dialog = within(await screen.findByRole("dialog", { name: "Is it you?" }));
    await userEvent.type(dialog.getByLabelText("Password"), "first");
    await userEvent.click(dialog.getByRole("button", { name: "Confirm" }));
    await waitFor(() =>
      expect(dialog.getByLabelText("Password")).toHaveAccessibleDescription("Wrong."),
    );
    await userEvent.type(dialog.getByLabelText("Password"), "-second");
    await userEvent.click(dialog.getByRole("button", { name: "Confirm" }));

    expect(await screen.findByLabelText("API key")).toHaveValue("acme_secret");
    expect(passwords).toEqual(["first", "first-second"]);
  });

  it("is not made by somebody who does not confirm that it is them", async () => {
    server.use(
      http.post("/api/v1/api-keys", () => problem(403, { code: "reauthentication_required" })),
    );

    await fillIn();
    const dialog = within(await screen.findByRole("dialog", { name: "Is it you?" }));
    await userEvent.click(dialog.getByRole("button", { name: "Close" }));

    expect(await screen.findByRole("alert")).toHaveTextContent("Nothing was done");
  });
});
