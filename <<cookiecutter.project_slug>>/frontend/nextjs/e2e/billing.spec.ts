import { expect, test } from "@playwright/test";
import { buy, expectSoon, pass } from "./billing";
import { approve, changeCard, failsLater, recover } from "./customer";
import { desk, expectGood } from "./good-page";
import { newPerson, signUp } from "./people";

test("a company tries a plan, grows, fails to pay, recovers, cancels, goes on after all, and ends", async ({
  browser,
}) => {
  test.slow();
  const page = await (await browser.newContext()).newPage();
  await signUp(page, newPerson());
  await page.goto("/settings/billing");
  await expect(page.getByText("You pay nothing.")).toBeVisible();
  await expectGood(page);
  await page.setViewportSize(desk);

  await buy(page, "Team", 3);
  await expect(page.getByText(/^Your trial ends on/)).toBeVisible();
  await expectGood(page);
  await page.setViewportSize(desk);

  await pass(page, 30);
  await expectSoon(page, /It is renewed on/);
  await page.getByRole("spinbutton", { name: "Seats" }).fill("5");
  await page.getByRole("button", { name: "Choose Team" }).click();
  const dialog = page.getByRole("dialog", { name: "Change your plan" });
  await expect(dialog.getByText(/To pay now/)).toBeVisible();
  await dialog.getByRole("button", { name: "Change" }).click();
  await approve(page);
  await expect(page.getByText(/^5 seats, /)).toBeVisible();

  await changeCard(page, failsLater);
  await pass(page, 1, 16);
  await expectSoon(page, /A payment has failed/);
  await expectGood(page);
  await page.setViewportSize(desk);
  await recover(page);
  await expectSoon(page, /It is renewed on/);
  await expect(page.getByText(/A payment has failed/)).toBeHidden();

  await cancel();
  await page.getByRole("button", { name: "Keep what I have" }).click();
  await expect(page.getByText(/It is renewed on/)).toBeVisible();
  await cancel();
  await pass(page, 30);
  await expectSoon(page, "You pay nothing.");
  await expect(page.getByRole("table")).toBeVisible();
  await page.context().close();

  async function cancel() {
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    await page.getByRole("button", { name: "Cancel it" }).click();
    await expect(page.getByText(/^Your subscription ends on/)).toBeVisible();
  }
});
