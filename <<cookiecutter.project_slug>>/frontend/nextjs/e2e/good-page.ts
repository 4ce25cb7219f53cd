import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const desk = { width: 1280, height: 800 };
export const phone = { width: 375, height: 760 };

/** Fails unless the page as it stands fits a desk and a phone, and axe has nothing to say about it on either. */
export async function expectGood(page: Page) {
  for (const viewport of [phone, desk]) {
    await page.setViewportSize(viewport);
    await expectToFit(page);
    await expectAccessible(page);
  }
}

export async function expectToFit(page: Page) {
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  // Asked again, as the layout follows a new size of the window a moment later.
  await expect.poll(overflow, { message: "pixels that stick out to the right" }).toBe(0);
}

export async function expectAccessible(page: Page) {
  // Colours in the middle of a transition have contrasts that nobody sees.
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.playState !== "running"),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`,
  );
  expect(found).toEqual([]);
}
