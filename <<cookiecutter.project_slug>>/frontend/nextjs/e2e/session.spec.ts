import { expect, test, type Page } from "@playwright/test";
import { createContact, newPerson, search, signUp } from "./people";

function refreshesOf(page: Page) {
  const seen: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/v1/auth/refresh") seen.push(request.method());
  });
  return seen;
}

test("an access token that ended is renewed unnoticed while the person works", async ({
  page,
  context,
}) => {
  await signUp(page, newPerson());
  await page.goto("/contacts");
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  const refreshes = refreshesOf(page);
  await context.clearCookies({ name: "access" });

  await createContact(page, "Ann Lee", "ann@lee.test");

  await expect(page.getByRole("row", { name: /Ann Lee/ })).toBeVisible();
  expect(refreshes).toEqual(["POST"]);
  await context.clearCookies({ name: "access" });
  await page.getByRole("link", { name: "Dashboard" }).click();
  await page.waitForURL("**/dashboard");
  await expect(page.getByText("Ann Lee")).toBeVisible();
});

test("a page load renews it on the way", async ({ page, context }) => {
  await signUp(page, newPerson());
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  const refreshes = refreshesOf(page);
  await context.clearCookies({ name: "access" });

  await page.goto("/contacts");

  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/contacts");
  expect(refreshes).toEqual(["GET"]);
});

test("a session that is gone leads to the login page and back", async ({ page, context }) => {
  await signUp(page, newPerson());
  await page.goto("/contacts");
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  await context.clearCookies({ name: "access" });
  await context.clearCookies({ name: "refresh" });

  await page.getByLabel("Search contacts").fill("anybody");

  await page.waitForURL("**/login?next=%2Fcontacts");
});

test("two tabs share one session", async ({ page, context }) => {
  await signUp(page, newPerson());
  const other = await context.newPage();
  await Promise.all([page.goto("/contacts"), other.goto("/contacts")]);
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  await expect(other.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  await context.clearCookies({ name: "access" });

  await Promise.all([search(page, "one"), search(other, "two")]);

  await expect(page.getByRole("heading", { name: "Nobody matches “one”" })).toBeVisible();
  await expect(other.getByRole("heading", { name: "Nobody matches “two”" })).toBeVisible();
});
