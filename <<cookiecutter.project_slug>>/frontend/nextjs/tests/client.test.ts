import { http, HttpResponse } from "msw";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { call } from "@/lib/api/client";
import { plain } from "@/lib/api/http";
import { server } from "./server";

it("fills in the path, and sends query and body", async () => {
  const seen: unknown[] = [];
  server.use(
    http.patch("*/api/v1/roles/:key", async ({ request }) => {
      seen.push(new URL(request.url).pathname, await request.json());
      return HttpResponse.json({ key: "sales & co" });
    }),
    http.get("*/api/v1/contacts", ({ request }) => {
      seen.push(new URL(request.url).search);
      return HttpResponse.json({ results: [] });
    }),
  );

  const answer = await call("patch", "/api/v1/roles/{key}", {
    path: { key: "sales & co" },
    body: { name: "Sales" },
    by: plain,
  });
  await call("get", "/api/v1/contacts", { query: { search: "ann" } });

  expect(answer.data.key).toBe("sales & co");
  expect(seen).toEqual(["/api/v1/roles/sales%20%26%20co", { name: "Sales" }, "?search=ann"]);
});

it("knows the API as it is: `npm run api` after the schema has changed", () => {
  const bin = "node_modules/.bin/openapi-typescript";
  const made = execFileSync(bin, ["../backend/openapi.json", "--alphabetize"], {
    encoding: "utf8",
  });
  const plainly = (text: string) => text.replace(/[\s;|]+/g, "");
  expect(plainly(made)).toBe(plainly(readFileSync("lib/api/schema.ts", "utf8")));
});
