import { expect, test } from "@playwright/test";
import { buy } from "./billing";
import { contactsCsv, rows } from "./csv";
import { expectGood } from "./good-page";
import {
  addressOfTenant,
  createContact,
  expectDashboard,
  logIn,
  newPerson,
  search,
  signUp,
} from "./people";

test("a person signs up, works with contacts and logs out", async ({ page }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();

  await createContact(page, "Ann Lee", "ann@lee.test");
  await expect(page.getByRole("row", { name: /Ann Lee/ })).toContainText("ann@lee.test");

  await page.getByRole("button", { name: "Edit Ann Lee" }).click();
  await page.getByLabel("Company").fill("Lee, Sons & Co");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /Ann Lee/ })).toContainText("Lee, Sons & Co");

  await createContact(page, "Somebody Else", "ANN@lee.test");
  const email = page.getByRole("dialog").getByLabel("Email");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toHaveAccessibleDescription(/\w/);
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Delete Ann Lee" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();

  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  await page.goto("/contacts");
  await page.waitForURL("**/login?next=%2Fcontacts");
  await logIn(page, person);
  await page.waitForURL("**/contacts");
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
});

test("a wrong password is refused with a reason, the right one goes on", async ({
  page,
  context,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await context.clearCookies();

  await page.goto("/login");
  await logIn(page, { ...person, password: "not the password" });
  await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toBeVisible();

  await logIn(page, person);
  await expectDashboard(page, person);
});

test("a file of 10,000 rows is imported, with each row accounted for", async ({ page }) => {
  test.setTimeout(300_000);
  const file = contactsCsv();
  await signUp(page, newPerson());
  await buy(page, "Business", 5);
  await page.getByRole("link", { name: "Import", exact: true }).click();

  await page
    .getByLabel(/Choose a CSV file/)
    .setInputFiles({ name: "contacts.csv", mimeType: "text/csv", buffer: file.buffer });
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByText("The import is done")).toBeVisible({ timeout: 180_000 });

  for (const [label, value] of [
    ["Created", "9,770"],
    ["Duplicates", "200"],
    ["Failed", "30"],
  ] as const) {
    await expect(page.locator("dl > *").filter({ hasText: label })).toHaveText(label + value);
  }
  const failed = page.getByRole("region", { name: "Rows left out" }).getByRole("row");
  await expect(failed).toHaveCount(rows.bad + 1);
  await expect(failed.nth(1)).toContainText(`${file.lineOfFirstBad}`);
  await expect(failed.nth(1)).toContainText(/email/i);
  await expect(failed.nth(2)).toContainText(/name/i);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the list" }).click();
  expect((await download).suggestedFilename()).toBe("import-errors.csv");

  await page.getByRole("link", { name: "See the contacts" }).click();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await search(page, `person9769-${file.run}`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText(`Person 9769 ${file.run}`);

  // Index 50 has a comma and quotes in one field and a line break in another, and comes twice.
  await search(page, `person50-${file.run}`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText(`Person 50 ${file.run}`);
  await expect(page.getByRole("row").nth(1)).toContainText('Stone, "Sons" & Co');
});

test("no company sees what another one has", async ({ browser }) => {
  const [first, second] = [await browser.newPage(), await browser.newPage()];
  await signUp(first, newPerson("Acme"));
  await first.goto("/contacts");
  await createContact(first, "Hidden Person", "hidden@acme.test");
  await expect(first.getByRole("row", { name: /Hidden Person/ })).toBeVisible();
  const list = await first.evaluate(() =>
    fetch("/api/v1/contacts").then((answer) => answer.json()),
  );

  await signUp(second, newPerson("Globex"));
  await second.goto("/contacts");
  await expect(second.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  await search(second, "Hidden");
  await expect(second.getByRole("heading", { name: "Nobody matches “Hidden”" })).toBeVisible();
  const status = await second.evaluate(
    (id) => fetch(`/api/v1/contacts/${id}`).then((answer) => answer.status),
    list.results[0].id,
  );
  expect(status).toBe(404);
  await Promise.all([first.close(), second.close()]);
});

test("somebody at another company's address is shown the way to their own", async ({ page }) => {
  const [owner, stranger] = [newPerson("Acme"), newPerson("Globex")];
  await signUp(page, owner);
  const theirs = await addressOfTenant(page);
  await page.context().clearCookies();
  await signUp(page, stranger);

  await page.goto(`${theirs}/login`);
  await logIn(page, stranger);
  await expect(page.getByRole("heading", { name: "You are not a member here" })).toBeVisible();
  await expect(page.getByText(owner.company)).toBeHidden();
  await expectGood(page);

  await page.getByRole("link", { name: stranger.company }).click();
  await logIn(page, stranger);
  await expectDashboard(page, stranger);
});
