import { expect, type Page } from "@playwright/test";
import { good, pay } from "./customer";

/** Buy a plan for so many people, with a card that is good. */
export async function buy(page: Page, plan: string, seats: number, card = good) {
  await page.goto("/settings/billing");
  await page.getByRole("spinbutton", { name: "Seats" }).fill(String(seats));
  await page.getByRole("button", { name: new RegExp(`(Try|Choose) ${plan}`) }).click();
  await pay(page, card);
  await expect(page.getByText(new RegExp(`^${seats} seats, `))).toBeVisible();
}

/** Put the clock of the payment provider forward, and the product's with it. */
export async function pass(page: Page, days: 1 | 30, times = 1) {
  const dashboard = await page.context().newPage();
  await dashboard.goto(process.env.SANDBOX_URL ?? "http://localhost:8600");
  for (let time = 0; time < times; time++) {
    await dashboard.getByRole("button", { name: days === 1 ? "+ 1 day" : "+ 30 days" }).click();
    await expect(dashboard.getByText("Its clock says")).toBeVisible();
  }
  await dashboard.close();
}

/** Wait until a page of the app says something, which workers make true meanwhile. */
export async function expectSoon(page: Page, text: string | RegExp) {
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(text).first()).toBeVisible({ timeout: 3_000 });
  }).toPass();
}
