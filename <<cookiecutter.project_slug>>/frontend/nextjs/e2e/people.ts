import { randomUUID } from "node:crypto";
import { expect, type Page } from "@playwright/test";

export type Person = { name: string; email: string; password: string; company: string };

/** Somebody who has never been here, so that no test depends on what another one left behind. */
export function newPerson(company = "Acme"): Person {
  const id = randomUUID().slice(0, 8);
  return {
    name: `Pat ${id}`,
    email: `pat-${id}@example.com`,
    password: `correct-horse-${id}`,
    company: `${company} ${id}`,
  };
}

export async function signUp(page: Page, person: Person) {
  await page.goto("/signup");
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("Work email").fill(person.email);
  await page.getByLabel("Company").fill(person.company);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Code").fill(await mailedCode(page, person.email));
  await page.getByRole("button", { name: "Continue" }).click();
  await expectDashboard(page, person);
}

type Mail = { to: string; text: string };

/** The code in the newest mail to the address. */
export async function mailedCode(page: Page, email: string) {
  return mailed(page, email, /^ {4}(\S+)$/m);
}

/** The link in the newest invitation to the address. */
export async function mailedInvitation(page: Page, email: string) {
  return mailed(page, email, /(https?:\S+\/invitation\?token=\S+)/);
}

/** What the pattern finds in the newest mail to the address that has it, from the mailbox of development. */
async function mailed(page: Page, email: string, pattern: RegExp) {
  const mailbox = `http://127.0.0.1:${process.env.API_PORT ?? 8000}/dev/mail`;
  let found: string | undefined;
  await expect(async () => {
    const answer = await page.request.get(mailbox, { headers: { accept: "application/json" } });
    const { mails } = (await answer.json()) as { mails: Mail[] };
    const theirs = mails.filter((mail) => mail.to === email);
    found = theirs.map((mail) => mail.text.match(pattern)?.[1]).find(Boolean);
    expect(found).toBeTruthy();
  }).toPass();
  return found!;
}

/** Invite somebody by mail from the page of the members. */
export async function invite(page: Page, email: string) {
  await page.getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  await dialog.getByLabel("Email addresses").fill(email);
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(
    page.getByRole("list", { name: "Invitations" }).getByText(email, { exact: true }),
  ).toBeVisible();
}

/** Somebody who has no account yet follows the link in the mail, signs up and accepts. */
export async function join(page: Page, person: Person, company: string) {
  await page.goto(await mailedInvitation(page, person.email));
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Code").fill(await mailedCode(page, person.email));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectDashboard(page, { ...person, company });
}

export async function logIn(page: Page, person: Person) {
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

/** Give the password once more, as somebody has to whose login is not recent. */
export async function confirmItIs(page: Page, person: Person) {
  const dialog = page.getByRole("dialog", { name: "Is it you?" });
  await dialog.getByLabel("Password").fill(person.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
}

export async function expectDashboard(page: Page, person: Person) {
  // The first sign-up makes a place for the tenant's data, which can take its time.
  await page.waitForURL("**/dashboard", { timeout: 90_000 });
  await expect(page.getByRole("heading", { level: 1, name: person.company })).toBeVisible();
}

/** Where the tenant of the person who is logged in has its own host, such as `http://acme.localhost:3000`. */
export async function addressOfTenant(page: Page) {
  const me = await page.evaluate(() => fetch("/api/v1/me").then((answer) => answer.json()));
  const { protocol, host } = new URL(page.url());
  return `${protocol}//${me.tenant.slug}.${host}`;
}

/** Type a search and wait for the answer to exactly that search. */
export async function search(page: Page, text: string) {
  const answer = page.waitForResponse((response) => {
    const url = new URL(response.url());
    const asked = url.pathname === "/api/v1/contacts" && url.searchParams.get("search") === text;
    return asked && response.status() === 200;
  });
  await page.getByLabel("Search contacts").fill(text);
  await answer;
}

export async function createContact(page: Page, name: string, email: string) {
  await page.getByRole("button", { name: "New contact" }).click();
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("button", { name: "Create" }).click();
}
