import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LoginForm } from "@/components/auth/login-form";
import { SecondFactors } from "@/components/security/second-factors";
import { visit } from "@/lib/api/navigate";
import type { Authenticator } from "@/lib/api/types";
import { renderApp } from "./render";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const base = "/_allauth/browser/v1";
const factors = `${base}/account/authenticators`;
const app: Authenticator = { type: "totp", created_at: 1764064800, last_used_at: null };
const recovery: Authenticator = { ...app, type: "recovery_codes", unused_code_count: 8 };
const passkey: Authenticator = { ...app, type: "webauthn", id: 5, name: "Laptop" };

/** The browser's own part, which jsdom does not have. */
function withDevice(credential: object | DOMException) {
  const asIs = (options: object) => options;
  vi.stubGlobal(
    "PublicKeyCredential",
    Object.assign(class {}, {
      parseCreationOptionsFromJSON: asIs,
      parseRequestOptionsFromJSON: asIs,
    }),
  );
  const given = () =>
    credential instanceof DOMException
      ? Promise.reject(credential)
      : Promise.resolve({ toJSON: () => credential });
  Object.defineProperty(navigator, "credentials", {
    configurable: true,
    value: { create: given, get: given },
  });
}

function withFactors(...all: Authenticator[]) {
  server.use(http.get(factors, () => HttpResponse.json({ status: 200, data: all })));
}

function told(method: "post" | "delete", path: string, sent: unknown[], data: object = {}) {
  return http[method](base + path, async ({ request }) => {
    sent.push(await request.json().catch(() => null));
    return HttpResponse.json({ status: 200, data });
  });
}

const codesOf = (...unused_codes: string[]) =>
  http.get(`${factors}/recovery-codes`, () =>
    HttpResponse.json({ status: 200, data: { ...recovery, unused_codes } }),
  );

/** What allauth answers somebody who is logged in, and has been for long. */
const notFresh = () =>
  HttpResponse.json({ status: 401, meta: { is_authenticated: true } }, { status: 401 });

beforeEach(() => vi.mocked(visit).mockReset());
afterEach(() => vi.unstubAllGlobals());

describe("an authenticator app", () => {
  const appKey = http.get(`${factors}/totp`, () =>
    HttpResponse.json(
      { status: 404, meta: { secret: "ABCDEF", totp_url: "otpauth://totp/x" } },
      { status: 404 },
    ),
  );

  it("is added after confirming who it is, and recovery codes are shown once", async () => {
    const sent: unknown[] = [];
    let fresh = false;
    withFactors();
    server.use(
      appKey,
      http.post(`${factors}/totp`, async ({ request }) => {
        if (!fresh) return notFresh();
        sent.push(await request.json());
        return HttpResponse.json({ status: 200, data: app });
      }),
      http.post(`${base}/auth/reauthenticate`, () => {
        fresh = true;
        return HttpResponse.json({ status: 200 });
      }),
      codesOf("one-1", "two-2"),
    );
    renderApp(<SecondFactors />);

    await userEvent.click(await screen.findByRole("button", { name: "Add an app" }));
    expect(await screen.findByLabelText("Key")).toHaveValue("ABCDEF");
    expect(screen.getByRole("img", { name: "The key as a QR code" })).toBeVisible();
    await userEvent.type(screen.getByLabelText("Code"), "123456");
    await userEvent.click(screen.getByRole("button", { name: "Add the app" }));
    const question = within(await screen.findByRole("dialog", { name: "Is it you?" }));
    await userEvent.type(question.getByLabelText("Password"), "secret-word");
    await userEvent.click(question.getByRole("button", { name: "Confirm" }));

    const codes = await screen.findByRole("list", { name: "Recovery codes" });
    expect(within(codes).getAllByRole("listitem")).toHaveLength(2);
    expect(sent).toEqual([{ code: "123456" }]);
  });

  it("is not added with a wrong code", async () => {
    withFactors();
    server.use(
      appKey,
      http.post(`${factors}/totp`, () =>
        HttpResponse.json(
          { status: 400, errors: [{ message: "Incorrect.", code: "x", param: "code" }] },
          { status: 400 },
        ),
      ),
    );
    renderApp(<SecondFactors />);

    await userEvent.click(await screen.findByRole("button", { name: "Add an app" }));
    await userEvent.type(await screen.findByLabelText("Code"), "000000");
    await userEvent.click(screen.getByRole("button", { name: "Add the app" }));

    await waitFor(() =>
      expect(screen.getByLabelText("Code")).toHaveAccessibleDescription("Incorrect."),
    );
  });

  it("is removed only after asking, for the password as well", async () => {
    let fresh = false;
    let removed = false;
    withFactors(app, recovery);
    server.use(
      http.delete(`${factors}/totp`, () => {
        removed = fresh;
        return fresh ? HttpResponse.json({ status: 200 }) : notFresh();
      }),
      http.post(`${base}/auth/reauthenticate`, () => {
        fresh = true;
        return HttpResponse.json({ status: 200 });
      }),
    );
    renderApp(<SecondFactors />);

    await userEvent.click(await screen.findByRole("button", { name: "Remove the app" }));
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
    await userEvent.type(await screen.findByLabelText("Password"), "secret-word{Enter}");

    expect(await screen.findByText("App removed")).toBeVisible();
    expect(removed).toBe(true);
  });
});

it("makes new recovery codes", async () => {
  withFactors(app, recovery);
  server.use(
    told("post", "/account/authenticators/recovery-codes", [], {
      ...recovery,
      unused_codes: ["a"],
    }),
  );
  renderApp(<SecondFactors />);
  expect(await screen.findByText(/8 codes left/)).toBeVisible();

  await userEvent.click(screen.getByRole("button", { name: "Make new codes" }));

  expect(await screen.findByRole("dialog", { name: "Your recovery codes" })).toBeVisible();
});

describe("passkeys", () => {
  const creation = http.get(`${factors}/webauthn`, () =>
    HttpResponse.json({ status: 200, data: { creation_options: { publicKey: {} } } }),
  );

  it("are made by the device", async () => {
    const sent: unknown[] = [];
    withDevice({ id: "made" });
    withFactors();
    server.use(creation, told("post", "/account/authenticators/webauthn", sent), codesOf());
    renderApp(<SecondFactors />);

    await userEvent.click(await screen.findByRole("button", { name: "Add a passkey" }));
    await userEvent.clear(await screen.findByLabelText("Name"));
    await userEvent.type(screen.getByLabelText("Name"), "Laptop");
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));

    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Add a passkey" })).toBeNull());
    expect(sent).toEqual([{ name: "Laptop", credential: { id: "made" } }]);
  });

  it("are not made where the person does not want to", async () => {
    withDevice(new DOMException("no", "NotAllowedError"));
    withFactors();
    server.use(creation);
    renderApp(<SecondFactors />);

    await userEvent.click(await screen.findByRole("button", { name: "Add a passkey" }));
    await userEvent.click(await screen.findByRole("button", { name: "Continue" }));

    await waitFor(() =>
      expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(/gave no passkey/),
    );
  });

  it("are removed only after asking", async () => {
    const sent: unknown[] = [];
    withFactors(passkey);
    server.use(told("delete", "/account/authenticators/webauthn", sent));
    renderApp(<SecondFactors />);
    expect(await screen.findByText("This browser has none.")).toBeVisible();

    await userEvent.click(screen.getByRole("button", { name: "Remove Laptop" }));
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));

    await waitFor(() => expect(sent).toEqual([{ authenticators: [5] }]));
  });
});

it("says that they could not be loaded", async () => {
  server.use(http.get(factors, () => problem(500, { detail: "Broken." })));
  renderApp(<SecondFactors />);

  expect(await screen.findByText("Broken.", {}, { timeout: 10_000 })).toBeVisible();
}, 15_000);

describe("logging in", () => {
  const request = (path: string) =>
    http.get(base + path, () =>
      HttpResponse.json({ status: 200, data: { request_options: { publicKey: {} } } }),
    );
  const wantsMore = http.post(`${base}/auth/login`, () =>
    HttpResponse.json(
      { status: 401, data: { flows: [{ id: "mfa_authenticate", is_pending: true }] } },
      { status: 401 },
    ),
  );

  async function withPassword() {
    render(<LoginForm next="/contacts" />);
    await userEvent.type(screen.getByLabelText("Email"), "alice@acme.test");
    await userEvent.type(screen.getByLabelText("Password"), "secret-word");
    await userEvent.click(screen.getByRole("button", { name: "Log in" }));
  }

  it("asks for the second factor, and says what is wrong with it", async () => {
    let tries = 0;
    server.use(
      wantsMore,
      http.post(`${base}/auth/2fa/authenticate`, () => {
        tries += 1;
        const errors = [{ message: "Incorrect.", code: "x", param: "code" }];
        return tries > 1
          ? HttpResponse.json({ status: 200 })
          : HttpResponse.json({ status: 400, errors }, { status: 400 });
      }),
    );

    await withPassword();
    await userEvent.type(await screen.findByLabelText("Code"), "123456");
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Incorrect.");
    expect(visit).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/contacts"));
  });

  it("takes a passkey as the second factor", async () => {
    const sent: unknown[] = [];
    withDevice({ id: "signed" });
    server.use(
      wantsMore,
      request("/auth/webauthn/authenticate"),
      told("post", "/auth/webauthn/authenticate", sent),
    );

    await withPassword();
    await userEvent.click(await screen.findByRole("button", { name: "Use a passkey instead" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/contacts"));
    expect(sent).toEqual([{ credential: { id: "signed" } }]);
  });

  it("takes a passkey alone", async () => {
    const sent: unknown[] = [];
    withDevice({ id: "signed" });
    server.use(request("/auth/webauthn/login"), told("post", "/auth/webauthn/login", sent));
    render(<LoginForm next="/contacts" />);

    await userEvent.click(screen.getByRole("button", { name: "Log in with a passkey" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/contacts"));
    expect(sent).toEqual([{ credential: { id: "signed" } }]);
  });

  it("offers no passkey where the browser has none", () => {
    render(<LoginForm next="/contacts" />);

    expect(screen.queryByRole("button", { name: "Log in with a passkey" })).toBeNull();
  });
});
