import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { api, plain } from "@/lib/api/http";
import { visitLogin } from "@/lib/api/navigate";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

let refreshes: number;

/** An API whose access token has ended; `refresh` decides what the refresh endpoint does. */
function expiredSession(refresh: () => Response | Promise<Response>) {
  let valid = false;
  document.cookie = "session_exp=100; path=/";
  document.cookie = "csrftoken=abc; path=/";
  server.use(
    http.all("/api/v1/things", () => (valid ? HttpResponse.json({ ok: true }) : problem(401))),
    http.post("/api/v1/auth/refresh", async () => {
      refreshes += 1;
      const response = await refresh();
      valid = response.ok;
      return response;
    }),
  );
}

function renewed() {
  document.cookie = "session_exp=400; path=/";
  return HttpResponse.json({ access_expires_at: 400 });
}

beforeEach(() => {
  refreshes = 0;
  vi.mocked(visitLogin).mockReset();
});

describe("session refresh", () => {
  it("happens once for many requests that fail together, and all of them succeed", async () => {
    expiredSession(renewed);

    const answers = await Promise.all(Array.from({ length: 8 }, () => api.get("/api/v1/things")));

    expect(answers.map((answer) => answer.data)).toEqual(Array(8).fill({ ok: true }));
    expect(refreshes).toBe(1);
    expect(visitLogin).not.toHaveBeenCalled();
  });

  it("repeats the body and the CSRF token of the request", async () => {
    expiredSession(renewed);
    const seen: unknown[] = [];
    server.events.on("request:start", async ({ request }) => {
      if (!request.url.endsWith("/things")) return;
      seen.push([request.headers.get("x-csrftoken"), await request.clone().json()]);
    });

    await api.post("/api/v1/things", { name: "Ann" });

    expect(seen).toEqual([
      ["abc", { name: "Ann" }],
      ["abc", { name: "Ann" }],
    ]);
    server.events.removeAllListeners();
  });

  it("does not happen when another tab has renewed the session since the request was sent", async () => {
    document.cookie = "session_exp=100; path=/";
    const answers = [
      () => {
        document.cookie = "session_exp=400; path=/";
        return problem(401);
      },
      () => HttpResponse.json({ ok: true }),
    ];
    server.use(
      http.get("/api/v1/things", () => answers.shift()!()),
      http.post("/api/v1/auth/refresh", () => {
        refreshes += 1;
        return renewed();
      }),
    );

    const { data } = await api.get("/api/v1/things");

    expect(data).toEqual({ ok: true });
    expect(refreshes).toBe(0);
  });

  it("waits for the lock that all tabs share", async () => {
    const request = vi.fn((_name: string, run: () => Promise<void>) => run());
    Object.defineProperty(navigator, "locks", { value: { request }, configurable: true });
    expiredSession(renewed);

    await api.get("/api/v1/things");

    expect(request).toHaveBeenCalledOnce();
    expect(request.mock.calls[0]?.[0]).toBe("session-refresh");
    Reflect.deleteProperty(navigator, "locks");
  });

  it("that fails leads to the login page", async () => {
    expiredSession(() => problem(401, { code: "session_ended" }));

    await expect(api.get("/api/v1/things")).rejects.toMatchObject({ status: 401 });

    expect(refreshes).toBe(1);
    expect(visitLogin).toHaveBeenCalledOnce();
  });

  it("that the server cannot do right now does not log anybody out", async () => {
    expiredSession(() => problem(503));

    await expect(api.get("/api/v1/things")).rejects.toMatchObject({ status: 503 });

    expect(visitLogin).not.toHaveBeenCalled();
  });

  it("is tried once per request only", async () => {
    document.cookie = "session_exp=100; path=/";
    server.use(
      http.get("/api/v1/things", () => problem(401)),
      http.post("/api/v1/auth/refresh", () => {
        refreshes += 1;
        return renewed();
      }),
    );

    await expect(api.get("/api/v1/things")).rejects.toMatchObject({ status: 401 });

    expect(refreshes).toBe(1);
    expect(visitLogin).toHaveBeenCalledOnce();
  });

  it("never follows a 401 of the account endpoints", async () => {
    server.use(
      http.get("/_allauth/browser/v1/auth/session", () =>
        HttpResponse.json({ status: 401, meta: { is_authenticated: true } }, { status: 401 }),
      ),
      http.post("/api/v1/auth/refresh", () => {
        refreshes += 1;
        return renewed();
      }),
    );

    await expect(plain.get("/_allauth/browser/v1/auth/session")).rejects.toMatchObject({
      status: 401,
    });

    expect(refreshes).toBe(0);
    expect(visitLogin).not.toHaveBeenCalled();
  });
});

describe("CSRF", () => {
  function echoToken() {
    server.use(
      http.all("/api/v1/echo", ({ request }) =>
        HttpResponse.json({ token: request.headers.get("x-csrftoken") }),
      ),
    );
  }

  it("fetches the cookie once before the first requests that change something", async () => {
    echoToken();
    let fetched = 0;
    server.use(
      http.get("/api/v1/auth/csrf", () => {
        fetched += 1;
        document.cookie = "csrftoken=fresh; path=/";
        return new HttpResponse(null, { status: 204 });
      }),
    );

    const answers = await Promise.all([api.post("/api/v1/echo"), plain.delete("/api/v1/echo")]);

    expect(answers.map((answer) => answer.data.token)).toEqual(["fresh", "fresh"]);
    expect(fetched).toBe(1);
  });

  it("sends the token as it is now, since it changes with each login", async () => {
    echoToken();
    document.cookie = "csrftoken=one; path=/";
    await api.post("/api/v1/echo");
    document.cookie = "csrftoken=two; path=/";

    const { data } = await api.post("/api/v1/echo");

    expect(data.token).toBe("two");
  });

  it("sends no token with a request that only reads", async () => {
    echoToken();
    document.cookie = "csrftoken=one; path=/";

    const { data } = await api.get("/api/v1/echo");

    expect(data.token).toBeNull();
  });
});
