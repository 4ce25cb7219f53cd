import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "./good-page";
import {
  addressOfTenant,
  expectDashboard,
  invite,
  logIn,
  mailedInvitation,
  newPerson,
  signUp,
} from "./people";

test("somebody in two companies goes from one to the other, at every host", async ({
  page,
  browser,
}) => {
  const [person, host] = [newPerson("Acme"), newPerson("Globex")];
  const [acme, globex] = [person, { ...person, company: host.company }];
  await signUp(page, person);
  const other = await browser.newPage();
  await signUp(other, host);
  await other.goto("/settings/members");
  await invite(other, person.email);
  await other.close();

  await page.goto(await mailedInvitation(page, person.email));
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectDashboard(page, globex);
  await goTo(page, acme.company);
  await expectDashboard(page, acme);

  const own = await addressOfTenant(page);
  await page.goto(`${own}/login`);
  await logIn(page, person);
  await expectDashboard(page, acme);
  await goTo(page, globex.company);
  await expectDashboard(page, globex);
  expect(new URL(page.url()).hostname).toMatch(/^globex-/);
  // This login was handed over, and so cannot be handed on.
  await goTo(page, acme.company);
  await expectDashboard(page, acme);
  expect(new URL(page.url()).origin).toBe(own);
});

async function goTo(page: Page, company: string) {
  await expectAccessible(page);
  await page.getByRole("button", { name: /Switch company/ }).click();
  await page.getByRole("menuitem", { name: company }).click();
}
