import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Security } from "@/components/security/security";
import { visit } from "@/lib/api/navigate";
import type { Login } from "@/lib/api/types";
import { deviceOf } from "@/lib/user-agent";
import { renderApp } from "./render";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const base = "/_allauth/browser/v1";
const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
const firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
const here: Login = {
  id: 1,
  user_agent: chrome,
  ip: "192.0.2.1",
  created_at: 1764064800,
  is_current: true,
};
const there = { ...here, id: 2, user_agent: firefox, ip: "192.0.2.2", is_current: false };

beforeEach(() => {
  vi.mocked(visit).mockReset();
  server.use(
    http.get(`${base}/account/authenticators`, () => HttpResponse.json({ status: 200, data: [] })),
    http.get(`${base}/auth/sessions`, () =>
      HttpResponse.json({ status: 200, data: [here, there] }),
    ),
  );
});

describe("the password", () => {
  async function change() {
    renderApp(<Security />);
    await userEvent.type(screen.getByLabelText("Present password"), "old-secret");
    await userEvent.type(screen.getByLabelText("New password"), "another-secret");
    await userEvent.click(screen.getByRole("button", { name: "Change the password" }));
  }

  it("is changed", async () => {
    let sent: unknown;
    server.use(
      http.post(`${base}/account/password/change`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ status: 200 });
      }),
    );

    await change();

    await waitFor(() => expect(screen.getByLabelText("New password")).toHaveValue(""));
    expect(sent).toEqual({ current_password: "old-secret", new_password: "another-secret" });
  });

  it("stays where the server objects", async () => {
    const errors = [{ message: "Not it.", code: "x", param: "current_password" }];
    server.use(
      http.post(`${base}/account/password/change`, () =>
        HttpResponse.json({ status: 400, errors }, { status: 400 }),
      ),
    );

    await change();

    await waitFor(() =>
      expect(screen.getByLabelText("Present password")).toHaveAccessibleDescription("Not it."),
    );
    expect(screen.getByLabelText("New password")).toHaveValue("another-secret");
  });
});

describe("the logins", () => {
  it("are listed, and others than this one can be ended", async () => {
    let sent: unknown;
    server.use(
      http.delete(`${base}/auth/sessions`, async ({ request }) => {
        sent = await request.json();
        server.use(
          http.get(`${base}/auth/sessions`, () => HttpResponse.json({ status: 200, data: [here] })),
        );
        return HttpResponse.json({ status: 200, data: [here] });
      }),
    );
    renderApp(<Security />);
    expect(await screen.findByText("Chrome on Linux")).toBeVisible();
    expect(screen.getByText("This one")).toBeVisible();

    await userEvent.click(screen.getByRole("button", { name: /End the login of Firefox/ }));

    await waitFor(() => expect(screen.queryByText("Firefox on Windows")).toBeNull());
    expect(sent).toEqual({ sessions: [2] });
  });

  it("all end at once, after asking", async () => {
    server.use(http.post("/api/v1/auth/logout-all", () => new HttpResponse(null, { status: 204 })));
    renderApp(<Security />);

    await userEvent.click(screen.getByRole("button", { name: "Log out everywhere" }));
    expect(visit).not.toHaveBeenCalled();
    await userEvent.click(await screen.findByRole("button", { name: "Log out" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/login"));
  });

  it("cannot be loaded", async () => {
    server.use(http.get(`${base}/auth/sessions`, () => problem(403, { detail: "Not now." })));
    renderApp(<Security />);

    expect(await screen.findByText("Not now.")).toBeVisible();
  });
});

it.each([
  [chrome, "Chrome on Linux"],
  [firefox, "Firefox on Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
    "Safari on iOS",
  ],
  ["curl/8.10", "curl/8.10"],
  ["", "Unknown device"],
])("calls %s by a name that people know", (userAgent, name) => {
  expect(deviceOf(userAgent)).toBe(name);
});
