import { expect, test, type Browser, type Page } from "@playwright/test";
import { buy } from "./billing";
import { desk, expectAccessible, expectGood } from "./good-page";
import {
  confirmItIs,
  createContact,
  expectDashboard,
  invite,
  join,
  logIn,
  mailedCode,
  mailedInvitation,
  newPerson,
  signUp,
} from "./people";

/** Somebody else at another machine. axe wants a context that it can open a page in. */
async function newVisitor(browser: Browser) {
  return (await browser.newContext()).newPage();
}

test("somebody who is invited by mail signs up, accepts and is a member", async ({
  page,
  browser,
}) => {
  const [owner, guest] = [newPerson(), newPerson()];
  await signUp(page, owner);
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("list", { name: "Members" })).toContainText(owner.email);
  await invite(page, guest.email);
  await expectGood(page);

  const other = await newVisitor(browser);
  await other.goto(await mailedInvitation(page, guest.email));
  await expect(other.getByLabel("Work email")).toHaveValue(guest.email);
  await expectGood(other);
  await join(other, guest, owner.company);

  await page.setViewportSize(desk);
  await page.reload();
  await expect(page.getByRole("list", { name: "Members" })).toContainText(guest.email);
  await expect(page.getByText("Nobody is invited at the moment")).toBeVisible();
  await other.goto("/settings/members");
  await expect(other.getByRole("list", { name: "Members" })).toContainText(owner.email);
  await expect(other.getByRole("button", { name: "Invite people" })).toBeHidden();
  await other.context().close();
});

test("a role that a company has put together allows what it says, and no more", async ({
  page,
  browser,
}) => {
  const [owner, guest] = [newPerson(), newPerson()];
  await signUp(page, owner);
  await buy(page, "Team", 5);
  await page.goto("/contacts");
  await createContact(page, "Ann Lee", "ann@lee.test");
  await page.goto("/settings/members");
  await invite(page, guest.email);
  const other = await newVisitor(browser);
  await join(other, guest, owner.company);
  await other.goto("/contacts");
  await expect(other.getByRole("button", { name: "Edit Ann Lee" })).toBeVisible();

  await page.getByRole("link", { name: "Roles" }).click();
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel("Name", { exact: true }).fill("Auditor");
  await dialog.getByLabel("See contacts").check();
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("columnheader", { name: /Auditor/ })).toBeVisible();
  await expectGood(page);
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByLabel(`Role of ${guest.email}`).selectOption("Auditor");
  await expect(page.getByText(`${guest.email} is Auditor now`).first()).toBeVisible();

  await other.reload();
  await expect(other.getByText("Ann Lee")).toBeVisible();
  await expect(other.getByRole("button", { name: "Edit Ann Lee" })).toBeHidden();
  await other.goto("/settings");
  await expect(other.getByText("Your role does not let you in here")).toBeVisible();
  await expectGood(other);
  await other.context().close();
});

test("the other settings are accessible and fit, and do what they say", async ({ page }) => {
  const owner = newPerson();
  await signUp(page, owner);
  await buy(page, "Team", 5);
  await page.goto("/settings/api-keys");
  await expect(page.getByText("No API keys yet")).toBeVisible();
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog", { name: "New API key" });
  await dialog.getByLabel("Name", { exact: true }).fill("Nightly report");
  await dialog.getByLabel("See contacts").check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create" }).click();
  await confirmItIs(page, owner);
  const key = await page.getByLabel("API key", { exact: true }).inputValue();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("list", { name: "API keys" })).toContainText("Nightly report");
  await expectGood(page);
  const headers = { authorization: `Bearer ${key}` };
  expect((await page.request.get("/api/v1/contacts", { headers })).status()).toBe(200);
  expect((await page.request.get("/api/v1/members", { headers })).status()).toBe(403);

  await page.getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByRole("row", { name: /Api key created: Nightly report/ })).toBeVisible();
  await expectGood(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/-audit-.*\.csv$/);

  await page.getByRole("link", { name: "Security" }).click();
  await expect(page.getByText("This one")).toBeVisible();
  await expectGood(page);
  await page.getByLabel("Present password").fill(owner.password);
  await page.getByLabel("New password").fill("another-horse-battery");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("Password changed").first()).toBeVisible();
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  await logIn(page, { ...owner, password: "another-horse-battery" });
  await expectDashboard(page, owner);
});

test("a forgotten password is replaced by a mailed code, and a code logs in as well", async ({
  page,
  context,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await context.clearCookies();
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Email").fill(person.email);
  const asked = await mailedCode(page, person.email);
  await page.getByRole("button", { name: "Mail me a code" }).click();
  await expect(page.getByLabel("New password")).toBeVisible();
  await expectGood(page);
  await page.getByLabel("Code").fill(await newCode(page, person.email, asked));
  await page.getByLabel("New password").fill("another-horse-battery");
  // Its answer writes the session, as the next step does: only one of the two at a time.
  const set = page.waitForResponse((answer) => answer.url().endsWith("/password/reset"));
  await page.getByRole("button", { name: "Set the password" }).click();
  await set;
  await page.getByRole("main").getByRole("link", { name: "Log in" }).first().click();
  await page.waitForURL("**/login");

  await page.getByRole("button", { name: "Log in with a mailed code" }).click();
  await page.getByLabel("Email").fill(person.email);
  const reset = await mailedCode(page, person.email);
  await page.getByRole("button", { name: "Mail me a code" }).click();
  await page.getByLabel("Code").fill(await newCode(page, person.email, reset));
  await page.getByRole("button", { name: "Continue" }).click();
  await expectDashboard(page, person);
});

/** The mailed code, once it is another one than before. */
async function newCode(page: Page, email: string, before: string) {
  await expect.poll(() => mailedCode(page, email)).not.toBe(before);
  return mailedCode(page, email);
}
