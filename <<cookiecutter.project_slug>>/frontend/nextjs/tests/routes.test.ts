import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { appPaths, authPaths, isUnder, safeNext } from "@/lib/routes";

function foldersIn(group: string) {
  return readdirSync(`app/${group}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `/${entry.name}`)
    .sort();
}

describe("routes", () => {
  it("lists every folder that needs a session", () => {
    expect([...appPaths].sort()).toEqual(foldersIn("(app)"));
  });

  it("lists every folder for people without a session", () => {
    expect([...authPaths].sort()).toEqual(foldersIn("(auth)"));
  });

  it("has no page at the top of the app, which no prefix would cover", () => {
    expect(existsSync("app/(app)/page.tsx")).toBe(false);
  });

  it("compares whole segments", () => {
    expect(isUnder("/contacts", appPaths)).toBe(true);
    expect(isUnder("/contacts/import", appPaths)).toBe(true);
    expect(isUnder("/contacts-of-mine", appPaths)).toBe(false);
  });
});

describe("safeNext", () => {
  it.each(["/contacts", "/contacts?search=a//b", "/contacts/import?job=1#top"])(
    "accepts %s",
    (next) => {
      expect(safeNext(next)).toBe(next);
    },
  );

  it.each([
    null,
    "",
    "contacts",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
  ])("goes home instead of %j", (next) => {
    expect(safeNext(next)).toBe("/dashboard");
  });
});
