import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Members } from "@/components/members/members";
import { Guarded } from "@/components/settings/guarded";
import { visit } from "@/lib/api/navigate";
import type { Invitation, TenantMember } from "@/lib/api/types";
import { page, renderApp, roles } from "./render";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const alice: TenantMember = {
  id: 1,
  email: "alice@acme.test",
  name: "Alice",
  role: "owner",
  role_name: "Owner",
  is_me: true,
  joined_at: "2026-11-03T10:00:00Z",
};
const bob = {
  ...alice,
  id: 2,
  email: "bob@acme.test",
  name: "Bob",
  role: "viewer",
  role_name: "Viewer",
  is_me: false,
};
const carol: Invitation = {
  id: 9,
  email: "carol@acme.test",
  role: "viewer",
  role_name: "Viewer",
  invited_by: "Alice",
  created_at: "2026-11-03T10:00:00Z",
  expires_at: "2026-11-10T10:00:00Z",
  is_expired: false,
};

beforeEach(() => {
  vi.mocked(visit).mockReset();
  server.use(
    http.get("/api/v1/members", () => HttpResponse.json(page([alice, bob]))),
    http.get("/api/v1/invitations", () => HttpResponse.json(page([carol]))),
    http.get("/api/v1/roles", () => HttpResponse.json(roles)),
  );
});

describe("members", () => {
  it("lists who is here, and those who are invited", async () => {
    renderApp(<Members />);

    const list = await screen.findByRole("list", { name: "Members" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(2);
    expect(within(list).getByText("bob@acme.test")).toBeVisible();
    expect(await screen.findByText("carol@acme.test")).toBeVisible();
  });

  it("says that nobody is invited, and what went wrong", async () => {
    server.use(
      http.get("/api/v1/members", () => problem(403, { detail: "Not for you." })),
      http.get("/api/v1/invitations", () => HttpResponse.json(page([]))),
    );
    renderApp(<Members />);

    expect(await screen.findByText("Not for you.")).toBeVisible();
    expect(await screen.findByText("Nobody is invited at the moment")).toBeVisible();
  });

  it("gives somebody another role", async () => {
    let sent: unknown;
    server.use(
      http.patch("/api/v1/members/2", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...bob, role: "sales", role_name: "Sales" });
      }),
    );
    renderApp(<Members />);

    await userEvent.selectOptions(
      await screen.findByRole("combobox", { name: "Role of bob@acme.test" }),
      "Sales",
    );

    expect(await screen.findByText("bob@acme.test is Sales now")).toBeVisible();
    expect(sent).toEqual({ role: "sales" });
  });

  it("removes somebody only after asking, and says why not", async () => {
    server.use(
      http.delete("/api/v1/members/2", () => problem(409, { detail: "A company needs one." })),
    );
    renderApp(<Members />);

    await userEvent.click(await screen.findByRole("button", { name: "Remove bob@acme.test" }));
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));

    expect(await screen.findByRole("alert")).toHaveTextContent("A company needs one.");
  });

  it.each([
    ["Hand the company over to bob@acme.test", "Hand over", "2/transfer-ownership"],
    ["Leave the company", "Leave", "leave"],
  ])("loads everything afresh after: %s", async (button, action, path) => {
    server.use(http.post(`/api/v1/members/${path}`, () => HttpResponse.json(bob)));
    renderApp(<Members />);

    await userEvent.click(await screen.findByRole("button", { name: button }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: action }));

    await waitFor(() => expect(visit).toHaveBeenCalledOnce());
  });

  it("lets a viewer look, and nothing else", async () => {
    server.use(
      http.get("/api/v1/members", () =>
        HttpResponse.json(
          page([
            { ...alice, is_me: false },
            { ...bob, is_me: true },
          ]),
        ),
      ),
    );
    renderApp(<Members />, "viewer");

    expect(await screen.findByText("carol@acme.test")).toBeVisible();
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual([
      "Leave the company",
    ]);
  });
});

describe("inviting", () => {
  it("takes several addresses at once", async () => {
    let sent: unknown;
    server.use(
      http.post("/api/v1/invitations", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ invitations: [] }, { status: 201 });
      }),
    );
    renderApp(<Members />);

    await userEvent.click(screen.getByRole("button", { name: "Invite people" }));
    await userEvent.type(
      await screen.findByLabelText("Email addresses"),
      "dan@acme.test, eve@acme.test{Enter}",
    );
    await userEvent.selectOptions(screen.getByLabelText("Role"), "Sales");
    await userEvent.click(screen.getByRole("button", { name: "Invite" }));

    expect(await screen.findByText("2 invitations sent")).toBeVisible();
    expect(sent).toEqual({ emails: ["dan@acme.test", "eve@acme.test"], role: "sales" });
  });

  it("names the address that is wrong, and what the server objects to", async () => {
    server.use(
      http.post("/api/v1/invitations", () =>
        problem(400, { errors: [{ pointer: "/emails", detail: "Is a member.", code: "x" }] }),
      ),
    );
    renderApp(<Members />);
    await userEvent.click(screen.getByRole("button", { name: "Invite people" }));
    const field = await screen.findByLabelText("Email addresses");

    await userEvent.type(field, "dan@acme.test nobody");
    await userEvent.click(screen.getByRole("button", { name: "Invite" }));
    await waitFor(() => expect(field).toHaveAccessibleDescription(/“nobody” is not/));

    await userEvent.clear(field);
    await userEvent.type(field, "dan@acme.test");
    await userEvent.click(screen.getByRole("button", { name: "Invite" }));
    await waitFor(() => expect(field).toHaveAccessibleDescription("Is a member."));
  });

  it("makes a link, shows it once and copies it", async () => {
    const user = userEvent.setup();
    server.use(
      http.post("/api/v1/invitations/link", async ({ request }) => {
        expect(await request.json()).toEqual({ role: "viewer" });
        return HttpResponse.json({ ...carol, url: "https://x.test/invitation?token=t" });
      }),
    );
    renderApp(<Members />);

    await user.click(screen.getByRole("button", { name: "Invite by link" }));
    await screen.findByRole("option", { name: "Sales" });
    await user.click(screen.getByRole("button", { name: "Make the link" }));
    expect(await screen.findByLabelText("Link")).toHaveValue("https://x.test/invitation?token=t");
    await user.click(screen.getByRole("button", { name: "Copy" }));

    expect(await screen.findByText("Copied")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe("https://x.test/invitation?token=t");
  });

  it("sends an invitation again, or revokes it", async () => {
    let revoked = 0;
    server.use(
      http.post("/api/v1/invitations/9/resend", () => HttpResponse.json(carol)),
      http.delete("/api/v1/invitations/9", () => {
        revoked += 1;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderApp(<Members />);

    await userEvent.click(
      await screen.findByRole("button", { name: "Send the invitation to carol@acme.test again" }),
    );
    expect(await screen.findByText("Sent again, with a new link")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Revoke carol@acme.test" }));
    expect(revoked).toBe(0);
    await userEvent.click(await screen.findByRole("button", { name: "Revoke" }));

    expect(await screen.findByText("Invitation revoked")).toBeVisible();
    expect(revoked).toBe(1);
  });
});

it("tells those whom their role does not let in", () => {
  renderApp(
    <Guarded title="Audit log" permission="audit.read">
      The log
    </Guarded>,
    "viewer",
  );

  expect(screen.getByText("Your role does not let you in here")).toBeVisible();
  expect(screen.queryByText("The log")).toBeNull();
});
