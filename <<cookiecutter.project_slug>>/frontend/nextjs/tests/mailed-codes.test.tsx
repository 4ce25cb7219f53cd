import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LoginForm } from "@/components/auth/login-form";
import { ResetPasswordForm } from "@/components/auth/reset-password-form";
import { visit } from "@/lib/api/navigate";
import { server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const auth = "/_allauth/browser/v1/auth";

beforeEach(() => vi.mocked(visit).mockReset());

/** Takes down what is sent, and answers. */
function told(path: string, status: number, body: object, sent: unknown[] = []) {
  return http.post(`${auth}/${path}`, async ({ request }) => {
    sent.push(await request.json());
    return HttpResponse.json({ status, ...body }, { status });
  });
}

function waitsFor(id: string) {
  return { data: { flows: [{ id: "login" }, { id, is_pending: true }] } };
}

async function askForCode() {
  await userEvent.type(screen.getByLabelText("Email"), "alice@acme.test");
  await userEvent.click(screen.getByRole("button", { name: "Mail me a code" }));
}

describe("logging in by a mailed code", () => {
  it("asks for the address, then for the code, and goes on", async () => {
    const sent: unknown[] = [];
    server.use(
      told("code/request", 401, waitsFor("login_by_code"), sent),
      told("code/confirm", 200, {}, sent),
    );
    render(<LoginForm next="/contacts" />);

    await userEvent.click(screen.getByRole("button", { name: "Log in with a mailed code" }));
    await askForCode();
    await userEvent.type(await screen.findByLabelText("Code"), "ABCD-EFGH");
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/contacts"));
    expect(sent).toEqual([{ email: "alice@acme.test" }, { code: "ABCD-EFGH" }]);
  });

  it("leads back to the password", async () => {
    render(<LoginForm next="/" />);

    await userEvent.click(screen.getByRole("button", { name: "Log in with a mailed code" }));
    await userEvent.click(screen.getByRole("button", { name: "Log in with a password" }));

    expect(screen.getByLabelText("Password")).toBeVisible();
  });

  it("says that too many were asked for", async () => {
    server.use(told("code/request", 429, { errors: [{ message: "Too many.", code: "rate" }] }));
    render(<LoginForm next="/" />);

    await userEvent.click(screen.getByRole("button", { name: "Log in with a mailed code" }));
    await askForCode();

    expect(await screen.findByRole("alert")).toHaveTextContent("Too many.");
  });
});

describe("ResetPasswordForm", () => {
  async function setPassword() {
    await askForCode();
    await userEvent.type(await screen.findByLabelText("Code"), " ABCD ");
    await userEvent.type(screen.getByLabelText("New password"), "another-secret");
    await userEvent.click(screen.getByRole("button", { name: "Set the password" }));
  }

  const asked = () => told("password/request", 401, waitsFor("password_reset_by_code"));

  it("sets another password by the mailed code and leads to the login", async () => {
    const sent: unknown[] = [];
    server.use(asked(), told("password/reset", 401, { data: { flows: [{ id: "login" }] } }, sent));
    render(<ResetPasswordForm />);

    await setPassword();

    expect(await screen.findByRole("link", { name: "Log in" })).toHaveAttribute("href", "/login");
    expect(sent).toEqual([{ key: "ABCD", password: "another-secret" }]);
  });

  it("shows at the field what is wrong with the code or the password", async () => {
    const errors = [
      { message: "Wrong code.", code: "incorrect_code", param: "key" },
      { message: "Too common.", code: "weak", param: "password" },
    ];
    server.use(asked(), told("password/reset", 400, { errors }));
    render(<ResetPasswordForm />);

    await setPassword();

    await waitFor(() =>
      expect(screen.getByLabelText("Code")).toHaveAccessibleDescription("Wrong code."),
    );
    expect(screen.getByLabelText("New password")).toHaveAccessibleDescription("Too common.");
  });

  it("begins anew when the code has ended", async () => {
    server.use(asked(), told("password/reset", 409, {}));
    render(<ResetPasswordForm />);

    await setPassword();

    expect(await screen.findByRole("alert")).toHaveTextContent("This code has ended.");
    await userEvent.click(screen.getByRole("button", { name: "Send another code" }));
    expect(screen.getByLabelText("Email")).toBeVisible();
  });
});
