import { NextRequest } from "next/server";
import { describe, expect, it } from "vitest";
import { proxy } from "@/proxy";

function visit(path: string, headers: Record<string, string> = {}) {
  return proxy(new NextRequest(`http://acme.localhost:3000${path}`, { headers }));
}

function policyOf(path: string, headers: Record<string, string> = {}) {
  return visit(path, headers).headers.get("content-security-policy") ?? "";
}

describe("proxy", () => {
  it("sends people without a session to the login page and back", () => {
    const response = visit("/contacts?search=ann");

    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe(
      "http://acme.localhost:3000/login?next=%2Fcontacts%3Fsearch%3Dann",
    );
  });

  it("has a session that ran out renewed before it loads a page", () => {
    const response = visit("/contacts", { cookie: "session_exp=1", "sec-fetch-dest": "document" });

    expect(response.headers.get("location")).toBe(
      "http://acme.localhost:3000/api/v1/auth/refresh?next=%2Fcontacts",
    );
  });

  it("goes by the names that no other subdomain can set, where there is TLS", () => {
    const https = { "x-forwarded-proto": "https" };
    const guarded = visit("/contacts", { ...https, cookie: "__Host-access=a" });
    const tossed = visit("/contacts", { ...https, cookie: "access=a; session_exp=1" });

    expect(guarded.headers.get("location")).toBeNull();
    expect(tossed.headers.get("location")).toContain("/login?next=%2Fcontacts");
  });

  it("lets navigation inside the app go on, which renews the session by itself", () => {
    const response = visit("/contacts", { cookie: "session_exp=1", "sec-fetch-dest": "empty" });

    expect(response.headers.get("location")).toBeNull();
  });

  it("gives each page of the app a nonce of its own", () => {
    const [first, second] = [1, 2].map(() => policyOf("/contacts", { cookie: "access=a" }));

    expect(first).toMatch(/script-src 'self' 'nonce-[\w=]+' 'strict-dynamic';/);
    expect(first).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(first).not.toBe(second);
  });

  it("protects the login page, where passwords are typed, in the same way", () => {
    expect(policyOf("/login")).toMatch(/script-src 'self' 'nonce-/);
  });

  it("gives static pages a policy without a nonce", () => {
    expect(policyOf("/pricing")).toContain("script-src 'self' 'unsafe-inline';");
    expect(policyOf("/pricing")).toContain("frame-ancestors 'none'");
  });
});
