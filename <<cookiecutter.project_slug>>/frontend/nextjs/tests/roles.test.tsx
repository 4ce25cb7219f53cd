import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { Roles } from "@/components/roles/roles";
import { permissionList, renderApp, roles } from "./render";
import { problem, server } from "./server";

beforeEach(() =>
  server.use(
    http.get("/api/v1/roles", () => HttpResponse.json(roles)),
    http.get("/api/v1/permissions", () => HttpResponse.json(permissionList)),
  ),
);

it("shows what each role may do", async () => {
  renderApp(<Roles />);

  const row = await screen.findByRole("row", { name: /Import contacts/ });
  const cells = within(row).getAllByRole("cell");
  expect(cells.map((cell) => cell.textContent)).toEqual(["Yes", "No", "No"]);
});

it("makes a role, and ticks what its permissions bring with them", async () => {
  let sent: unknown;
  server.use(
    http.post("/api/v1/roles", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(roles[2], { status: 201 });
    }),
  );
  renderApp(<Roles />);

  await userEvent.click(screen.getByRole("button", { name: "New role" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New role" }));
  await userEvent.type(dialog.getByLabelText("Name"), "Importers");
  await userEvent.click(await dialog.findByLabelText("Import contacts"));
  for (const implied of ["Write contacts", "See contacts"]) {
    expect(dialog.getByLabelText(implied)).toBeChecked();
    expect(dialog.getByLabelText(implied)).toBeDisabled();
  }
  expect(dialog.getByLabelText("Delete the company")).toBeDisabled();
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));

  expect(await screen.findByText("Role created")).toBeVisible();
  expect(sent).toEqual({ name: "Importers", permissions: ["contacts.import"] });
});

it("changes a role, and shows what the server objects to", async () => {
  server.use(
    http.patch("/api/v1/roles/sales", () =>
      problem(400, { errors: [{ pointer: "/name", detail: "There is one.", code: "unique" }] }),
    ),
  );
  renderApp(<Roles />);

  await userEvent.click(await screen.findByRole("button", { name: "Edit Sales" }));
  await userEvent.click(await screen.findByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("There is one."),
  );
});

it("says why a role cannot be deleted", async () => {
  server.use(http.delete("/api/v1/roles/sales", () => problem(409, { detail: "In use." })));
  renderApp(<Roles />);

  await userEvent.click(await screen.findByRole("button", { name: "Delete Sales" }));
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("In use.");
});

it("lets others look, and leaves the product's roles alone", async () => {
  renderApp(<Roles />, "viewer");

  expect(await screen.findByRole("columnheader", { name: /Sales/ })).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

it("says that it could not be loaded", async () => {
  server.use(http.get("/api/v1/roles", () => problem(403, { detail: "Not for you." })));
  renderApp(<Roles />);

  expect(await screen.findByText("Not for you.")).toBeVisible();
});
