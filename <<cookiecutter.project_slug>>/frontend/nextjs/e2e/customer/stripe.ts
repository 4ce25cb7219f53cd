import { expect, type Page } from "@playwright/test";

/** Pay with the card of that label on the provider's page, which leads back. */
export async function pay(page: Page, card: string) {
  await page.getByRole("button", { name: card }).click();
  await page.waitForURL("**/settings/billing");
}

/** Have payments made with another card from now on. */
export async function changeCard(page: Page, card: string) {
  await page.getByRole("button", { name: "Change payment method" }).click();
  await expect(page.getByRole("heading", { name: "Another card" })).toBeVisible();
  await page.getByRole("button", { name: card }).click();
  await page.waitForURL("**/settings/billing");
}

/** Pay what is owed, with a card that is good. */
export async function recover(page: Page) {
  await changeCard(page, "Pays Visa");
  await page.getByRole("button", { name: "Pay now" }).click();
  await expect(page.getByText("Paid. Thank you.")).toBeVisible();
}

export const good = "Pays Visa";
export const failsLater = "Pays now, fails at renewal";

/** A change of the plan is made at once, without the customer. */
export const approve: (page: Page) => Promise<void> = async () => {};
