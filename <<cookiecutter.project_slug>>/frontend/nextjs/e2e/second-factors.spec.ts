import { createHmac } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible, expectGood } from "./good-page";
import { confirmItIs, expectDashboard, logIn, newPerson, signUp } from "./people";

test("an authenticator app is asked after the password, and a recovery code in its place", async ({
  page,
  context,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Add an app" }).click();
  const secret = await page.getByLabel("Key", { exact: true }).inputValue();
  await page.getByLabel("Code", { exact: true }).fill(appCode(secret));
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add the app" }).click();
  await confirmItIs(page, person);
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const [code] = await codes.allTextContents();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "Remove the app" })).toBeVisible();
  await expectGood(page);

  await context.clearCookies();
  await page.goto("/login");
  await logIn(page, person);
  await expect(page.getByText("From your authenticator app")).toBeVisible();
  await expectGood(page);
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(code!);
  await page.getByRole("button", { name: "Continue" }).click();
  await expectDashboard(page, person);
});

test("a passkey logs in without the password", async ({ page, context }) => {
  await withDevice(page);
  const person = newPerson();
  await signUp(page, person);
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name").fill("Laptop");
  await page.getByRole("button", { name: "Continue" }).click();
  await confirmItIs(page, person);
  await page.getByRole("dialog", { name: "Your recovery codes" }).getByText("Done").click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toContainText("Laptop");
  await expectGood(page);

  await context.clearCookies();
  await page.goto("/login");
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await expectDashboard(page, person);
});

/** A fingerprint reader that always says yes, built into the browser. */
async function withDevice(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
}

/** What an authenticator app shows for the key at this moment (RFC 6238). */
function appCode(secret: string) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = hash.at(-1)! & 0xf;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function fromBase32(text: string) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)!
      .map((byte) => parseInt(byte, 2)),
  );
}
