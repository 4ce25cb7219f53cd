import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Contacts } from "@/components/contacts/contacts";
import type { Contact } from "@/lib/api/types";
import { contact, renderApp } from "./render";
import { problem, server } from "./server";

vi.mock("next/navigation", () => ({ useSearchParams: () => new URLSearchParams() }));
vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

let queries: URLSearchParams[];

/** An API that holds these contacts, two to a page, and remembers what it was asked. */
function withContacts(...contacts: Contact[]) {
  queries = [];
  server.use(
    http.get("/api/v1/contacts", ({ request }) => {
      const query = new URL(request.url).searchParams;
      queries.push(query);
      const search = query.get("search") ?? "";
      const start = Number(query.get("cursor") ?? 0);
      const found = contacts.filter((each) => each.name.includes(search));
      const link = (cursor: number) => `http://api.internal:8000/api/v1/contacts?cursor=${cursor}`;
      return HttpResponse.json({
        next: start + 2 < found.length ? link(start + 2) : null,
        previous: start > 0 ? link(start - 2) : null,
        results: found.slice(start, start + 2),
      });
    }),
  );
}

const bob = contact();
const ann = contact({ id: "c2", name: "Ann Lee", email: "ann@lee.test", company: "Lee" });
const zoe = contact({ id: "c3", name: "Zoe Ng", email: "zoe@ng.test", company: "" });

function names() {
  return screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.querySelector("[title]")?.textContent);
}

beforeEach(() => withContacts(bob, ann, zoe));

describe("contacts", () => {
  it("are listed with what is known of them", async () => {
    renderApp(<Contacts />);

    const row = await screen.findByRole("row", { name: /Bob Stone/ });
    expect(row).toHaveTextContent("bob@stone.test");
    expect(row).toHaveTextContent("Stone & Sons");
    expect(row).toHaveTextContent("+1 555 0100");
    expect(row).toHaveTextContent("Nov 3, 2026");
    expect(queries[0]?.get("ordering")).toBe("name");
  });

  it("can be paged through by the cursor alone, whatever host the API names", async () => {
    renderApp(<Contacts />);
    await waitFor(() => expect(names()).toEqual(["Bob Stone", "Ann Lee"]));

    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await waitFor(() => expect(names()).toEqual(["Zoe Ng"]));
    expect(queries.at(-1)?.get("cursor")).toBe("2");
    expect(screen.getByRole("button", { name: "Next" })).toBeDisabled();

    await userEvent.click(screen.getByRole("button", { name: "Previous" }));
    await waitFor(() => expect(names()).toEqual(["Bob Stone", "Ann Lee"]));
  });

  it("go back a page when the last one on a page is deleted", async () => {
    renderApp(<Contacts />);
    await userEvent.click(await screen.findByRole("button", { name: "Next" }));
    server.use(
      http.delete("/api/v1/contacts/c3", () => {
        withContacts(bob, ann);
        return new HttpResponse(null, { status: 204 });
      }),
    );

    await userEvent.click(await screen.findByRole("button", { name: "Delete Zoe Ng" }));
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));

    await waitFor(() => expect(names()).toEqual(["Bob Stone", "Ann Lee"]));
  });

  it("are searched, from the first page on, once the person has stopped typing", async () => {
    renderApp(<Contacts />);
    await screen.findByText("Bob Stone");
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await screen.findByText("Zoe Ng");
    const before = queries.length;

    await userEvent.type(screen.getByLabelText("Search contacts"), "Ann");

    await waitFor(() => expect(names()).toEqual(["Ann Lee"]));
    expect(queries.slice(before).map((query) => query.toString())).toEqual([
      "search=Ann&ordering=name&page_size=25",
    ]);
  });

  it("can be sorted both ways by a column, whose button keeps the focus", async () => {
    renderApp(<Contacts />);
    const head = await screen.findByRole("columnheader", { name: "Email" });
    const button = within(head).getByRole("button");

    await userEvent.click(button);
    await waitFor(() => expect(queries.at(-1)?.get("ordering")).toBe("email"));
    expect(head).toHaveAttribute("aria-sort", "ascending");

    await userEvent.click(button);
    await waitFor(() => expect(queries.at(-1)?.get("ordering")).toBe("-email"));
    expect(head).toHaveAttribute("aria-sort", "descending");
    expect(button).toHaveFocus();
  });

  it("say what to do when there are none, and when none matches", async () => {
    withContacts();
    renderApp(<Contacts />);
    expect(await screen.findByRole("heading", { name: "No contacts yet" })).toBeVisible();

    await userEvent.type(screen.getByLabelText("Search contacts"), "nobody");

    expect(await screen.findByRole("heading", { name: "Nobody matches “nobody”" })).toBeVisible();
  });

  it("say what is wrong when they cannot be loaded, and can be asked for again", async () => {
    server.use(
      http.get("/api/v1/contacts", () => problem(403, { detail: "Not yours." }), { once: true }),
    );
    renderApp(<Contacts />);
    expect(await screen.findByRole("alert")).toHaveTextContent("Not yours.");

    await userEvent.click(screen.getByRole("button", { name: "Try again" }));

    expect(await screen.findByText("Bob Stone")).toBeVisible();
  });

  it("cannot be changed by a viewer", async () => {
    renderApp(<Contacts />, "viewer");
    await screen.findByText("Bob Stone");

    expect(screen.queryByRole("button", { name: "New contact" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Edit Bob Stone" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Delete Bob Stone" })).toBeNull();
  });
});

describe("the contact dialog", () => {
  it("creates a contact and shows it", async () => {
    withContacts();
    renderApp(<Contacts />);
    await userEvent.click(await screen.findByRole("button", { name: "New contact" }));
    const dialog = await screen.findByRole("dialog", { name: "New contact" });
    let sent: unknown;
    server.use(
      http.post("/api/v1/contacts", async ({ request }) => {
        sent = await request.json();
        withContacts(ann);
        return HttpResponse.json(ann, { status: 201 });
      }),
    );

    await userEvent.type(within(dialog).getByLabelText("Name"), "  Ann Lee ");
    await userEvent.type(within(dialog).getByLabelText("Email"), "ann@lee.test");
    await userEvent.click(within(dialog).getByRole("button", { name: "Create" }));

    expect(await screen.findByText("Ann Lee")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "New contact" })).toBeNull());
    expect(sent).toEqual({ name: "Ann Lee", email: "ann@lee.test", company: "", phone: "" });
  });

  it("shows what the server objects to at the field, and keeps what was typed", async () => {
    renderApp(<Contacts />);
    await userEvent.click(await screen.findByRole("button", { name: "Edit Bob Stone" }));
    const email = await screen.findByLabelText("Email");
    server.use(
      http.patch("/api/v1/contacts/c1", () =>
        problem(400, {
          errors: [{ pointer: "/email", detail: "Somebody has it already.", code: "unique" }],
        }),
      ),
    );

    await userEvent.clear(email);
    await userEvent.type(email, "ann@lee.test");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    await waitFor(() => expect(email).toHaveAccessibleDescription("Somebody has it already."));
    expect(email).toBeInvalid();
    expect(email).toHaveValue("ann@lee.test");
    expect(email).toHaveFocus();
  });

  it("shows what concerns no field above the form", async () => {
    renderApp(<Contacts />);
    await userEvent.click(await screen.findByRole("button", { name: "Edit Bob Stone" }));
    await screen.findByRole("dialog", { name: "Edit contact" });
    server.use(http.patch("/api/v1/contacts/c1", () => problem(403, { detail: "Not allowed." })));

    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByRole("alert")).toHaveTextContent("Not allowed.");
  });

  it("deletes a contact only after asking", async () => {
    renderApp(<Contacts />);
    let deleted = 0;
    server.use(
      http.delete("/api/v1/contacts/c1", () => {
        deleted += 1;
        withContacts(ann);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    await userEvent.click(await screen.findByRole("button", { name: "Delete Bob Stone" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete contact?" });
    expect(deleted).toBe(0);

    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));

    await waitFor(() => expect(screen.queryByText("Bob Stone")).toBeNull());
    expect(deleted).toBe(1);
  });
});
