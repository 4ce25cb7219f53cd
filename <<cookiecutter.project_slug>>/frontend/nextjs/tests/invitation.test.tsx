import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { Invitation } from "@/components/invitation/invitation";
import { Providers } from "@/components/shell/providers";
import { visit } from "@/lib/api/navigate";
import type { Offer } from "@/lib/api/types";
import { acme, meAs } from "./render";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const globex = { id: 2, slug: "globex", name: "Globex", host: "globex.localhost" };
const offer: Offer = {
  tenant: globex,
  email: "alice@acme.test",
  role_name: "Member",
  invited_by: "Gina",
  expires_at: "2026-11-10T10:00:00Z",
};

beforeEach(() => {
  vi.mocked(visit).mockReset();
  withOffer({});
});

function withOffer(values: Partial<Offer>) {
  server.use(
    http.post("/api/v1/invitations/offer", () => HttpResponse.json({ ...offer, ...values })),
  );
}

function open({ as }: { as?: ReturnType<typeof meAs> } = {}) {
  if (as) {
    document.cookie = "session_exp=1; path=/";
    server.use(http.get("/api/v1/me", () => HttpResponse.json(as)));
  }
  render(
    <Providers>
      <Invitation token="t:1" />
    </Providers>,
  );
}

it("lets somebody new sign up without a company of their own, and comes back", async () => {
  let sent: unknown;
  server.use(
    http.post("/_allauth/browser/v1/auth/signup", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ status: 200 });
    }),
  );
  open();

  await userEvent.type(await screen.findByLabelText("Your name"), "Alice");
  await userEvent.type(screen.getByLabelText("Password"), "secret-word");
  expect(screen.queryByLabelText("Company")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));

  await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/invitation?token=t%3A1"));
  expect(sent).toEqual({
    name: "Alice",
    email: "alice@acme.test",
    password: "secret-word",
    invitation: "t:1",
  });
});

it("leads those who have an account to the login and back", async () => {
  open();

  expect(await screen.findByRole("link", { name: "Log in" })).toHaveAttribute(
    "href",
    "/login?next=%2Finvitation%3Ftoken%3Dt%253A1",
  );
});

it("makes whoever accepts a member, and opens the company", async () => {
  const calls: unknown[] = [];
  server.use(
    http.post("/api/v1/invitations/accept", async ({ request }) => {
      calls.push(await request.json());
      return HttpResponse.json(globex);
    }),
    http.post("/api/v1/auth/switch-tenant", async ({ request }) => {
      calls.push(await request.json());
      return HttpResponse.json({ tenant: globex });
    }),
  );
  open({ as: meAs("owner") });

  await userEvent.click(await screen.findByRole("button", { name: "Accept the invitation" }));

  await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/dashboard"));
  expect(calls).toEqual([{ token: "t:1" }, { tenant: "globex" }]);
});

it("is a way in for those who are members already", async () => {
  withOffer({ tenant: acme });
  server.use(http.post("/api/v1/auth/switch-tenant", () => HttpResponse.json({ tenant: acme })));
  open({ as: meAs("owner") });

  await userEvent.click(await screen.findByRole("button", { name: "Go to Acme Corp" }));

  await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/dashboard"));
});

it("says why it was not accepted", async () => {
  server.use(
    http.post("/api/v1/invitations/accept", () =>
      problem(403, { code: "other_account", detail: "For another address." }),
    ),
  );
  open({ as: meAs("owner") });

  await userEvent.click(await screen.findByRole("button", { name: "Accept the invitation" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("For another address.");
});

it("tells somebody with another address to log out, and lets them", async () => {
  withOffer({ email: "bob@acme.test" });
  server.use(
    http.delete("/_allauth/browser/v1/auth/session", () => HttpResponse.json({}, { status: 401 })),
  );
  open({ as: meAs("owner") });

  expect(await screen.findByText(/This invitation is for bob@acme.test/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Accept/ })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Log out" }));

  await waitFor(() => expect(visit).toHaveBeenCalledOnce());
});

it.each([410, 400])("says that an invitation has ended: %i", async (status) => {
  server.use(http.post("/api/v1/invitations/offer", () => problem(status)));
  open();

  expect(await screen.findByText("This invitation has ended")).toBeVisible();
});
