import { describe, expect, it } from "vitest";
import { cookieName, readCookie } from "@/lib/api/cookies";

describe("cookies", () => {
  it("carry a prefix where there is TLS", () => {
    expect(cookieName("access", "https:")).toBe("__Host-access");
    expect(cookieName("access", "https,http")).toBe("__Host-access");
    expect(cookieName("access", "http")).toBe("access");
  });

  it("are read by their whole name", () => {
    document.cookie = "xcsrftoken=other; path=/";
    document.cookie = "csrftoken=a=b; path=/";

    expect(readCookie("csrftoken")).toBe("a=b");
    expect(readCookie("token")).toBeUndefined();
  });
});
