import { expect, type Page } from "@playwright/test";

/** Pay in the way of that label in the provider's window, which closes by itself. */
export async function pay(page: Page, method: string) {
  const window = page.frameLocator('iframe[title="Razorpay"]');
  await window.getByRole("button", { name: method }).click();
  await expect(page.locator('iframe[title="Razorpay"]')).toBeHidden();
  await expect(page.getByText("Your subscription is up to date")).toBeVisible();
}

/** Have payments made in another way from now on. */
export async function changeCard(page: Page, method: string) {
  await page.getByRole("button", { name: "Change payment method" }).click();
  await page.getByRole("button", { name: method }).click();
  await expect(page.getByText("This is how it is paid from now on.")).toBeVisible();
  await page.goto("/settings/billing");
}

/** Pay what is owed: another way to pay is enough for that. */
export async function recover(page: Page) {
  await changeCard(page, good);
}

export const good = "Pays: an Indian card";
export const failsLater = "Pays now, fails at renewal";

/** A change of the plan needs another mandate. */
export async function approve(page: Page) {
  await pay(page, good);
}
