import { expect, test, type Page } from "@playwright/test";
import { desk, expectAccessible, expectGood, expectToFit, phone } from "./good-page";
import { createContact, newPerson, signUp } from "./people";

/** What the browser has to complain about: refused by the security policy, or thrown by a script. */
function complaintsOf(page: Page) {
  const seen: string[] = [];
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|hydrat/i.test(message.text())) seen.push(message.text());
  });
  return seen;
}

test("the public pages are accessible and fit", async ({ page }) => {
  const complaints = complaintsOf(page);
  const paths = ["/", "/pricing", "/login", "/reset-password", "/signup", "/invitation?token=x"];
  for (const path of [...paths, "/nothing-here"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectGood(page);
  }
  expect(complaints).toEqual([]);
});

test("the app is accessible and fits", async ({ page }) => {
  const complaints = complaintsOf(page);
  await signUp(page, newPerson());
  await expect(page.getByRole("heading", { name: "No contacts yet" })).toBeVisible();
  await expectGood(page);

  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  await createContact(
    page,
    "Ann Lee",
    "ann.with.a.long.address@subdomain.of.a.long.domain.example",
  );
  await expect(page.getByRole("dialog", { name: "New contact" })).toBeHidden();
  await expect(page.getByRole("row", { name: /Ann Lee/ })).toBeVisible();
  await expectGood(page);

  // An open dialog holds the page behind it at the size that it had, so each size opens its own.
  for (const viewport of [phone, desk]) {
    await page.setViewportSize(viewport);
    await page.getByRole("button", { name: "Edit Ann Lee" }).click();
    await expect(page.getByRole("dialog", { name: "Edit contact" })).toBeVisible();
    await expectToFit(page);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("dialog", { name: "Edit contact" })).toBeHidden();
  }

  await page.getByRole("link", { name: "Import", exact: true }).first().click();
  await expect(page.getByLabel(/Choose a CSV file/)).toBeEnabled();
  await expectGood(page);
  expect(complaints).toEqual([]);
});

test.describe("on a phone", () => {
  test.use({ viewport: phone });

  test("the menu leads through the app", async ({ page }) => {
    const person = newPerson();
    await signUp(page, person);

    await page.getByRole("button", { name: "Open menu" }).click();
    const menu = page.getByRole("dialog", { name: "Menu" });
    await expect(menu.getByText(person.company)).toBeVisible();
    await expectAccessible(page);
    await menu.getByRole("link", { name: "Contacts" }).click();

    await page.waitForURL("**/contacts");
    await expect(menu).toBeHidden();
    await page.getByRole("button", { name: "Open menu" }).click();
    await menu.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("**/login");
  });
});

test("public pages come from the server with all that search engines want", async ({ request }) => {
  for (const path of ["/", "/pricing"]) {
    const html = await (await request.get(path)).text();
    expect(html).toMatch(/<h1[^>]*>[^<]+/);
    expect(html).toMatch(/<meta name="description" content="[^"]+/);
    expect(html).toMatch(/<meta property="og:title" content="[^"]+/);
    expect(html).toMatch(/<link rel="canonical" href="https:/);
  }
  expect(await (await request.get("/sitemap.xml")).text()).toContain("/pricing</loc>");
  expect(await (await request.get("/robots.txt")).text()).toContain("Disallow: /dashboard");
  expect((await request.get("/nothing-here")).status()).toBe(404);
});
