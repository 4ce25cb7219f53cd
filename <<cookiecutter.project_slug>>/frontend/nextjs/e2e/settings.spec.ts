import { expect, test } from "@playwright/test";
import { expectGood } from "./good-page";
import { createContact, invite, join, mailedInvitation, newPerson, signUp } from "./people";

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

  const other = await browser.newPage();
  await other.goto(await mailedInvitation(page, guest.email));
  await expect(other.getByLabel("Work email")).toHaveValue(guest.email);
  await expectGood(other);
  await join(other, guest, owner.company);

  await page.reload();
  await expect(page.getByRole("list", { name: "Members" })).toContainText(guest.email);
  await expect(page.getByText("Nobody is invited at the moment")).toBeVisible();
  await other.goto("/settings/members");
  await expect(other.getByRole("list", { name: "Members" })).toContainText(owner.email);
  await expect(other.getByRole("button", { name: "Invite people" })).toBeHidden();
  await other.close();
});

test("a role that a company has put together allows what it says, and no more", async ({
  page,
  browser,
}) => {
  const [owner, guest] = [newPerson(), newPerson()];
  await signUp(page, owner);
  await page.goto("/contacts");
  await createContact(page, "Ann Lee", "ann@lee.test");
  await page.goto("/settings/members");
  await invite(page, guest.email);
  const other = await browser.newPage();
  await join(other, guest, owner.company);
  await other.goto("/contacts");
  await expect(other.getByRole("button", { name: "Edit Ann Lee" })).toBeVisible();

  await page.getByRole("link", { name: "Roles" }).click();
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel("Name").fill("Auditor");
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
  await other.goto("/settings/members");
  await expect(other.getByText("Your role does not let you in here")).toBeVisible();
  await expectGood(other);
  await other.close();
});
