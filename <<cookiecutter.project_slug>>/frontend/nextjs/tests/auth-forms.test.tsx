import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LoginForm } from "@/components/auth/login-form";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { visit } from "@/lib/api/navigate";
import { server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const auth = "/_allauth/browser/v1/auth";

beforeEach(() => vi.mocked(visit).mockReset());

/** The answer of a server that wants one more step. */
function waitsFor(id: string) {
  const data = { flows: [{ id: "login" }, { id, is_pending: true }] };
  return () => HttpResponse.json({ status: 401, data }, { status: 401 });
}

async function logIn() {
  const user = userEvent.setup();
  render(<LoginForm next="/contacts" />);
  await user.type(screen.getByLabelText("Email"), "alice@acme.test");
  await user.type(screen.getByLabelText("Password"), "secret-word");
  await user.click(screen.getByRole("button", { name: "Log in" }));
}

describe("LoginForm", () => {
  it("logs in and goes where the person wanted to be", async () => {
    let sent: unknown;
    server.use(
      http.post(`${auth}/login`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ status: 200 });
      }),
    );

    await logIn();

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/contacts"));
    expect(sent).toEqual({ email: "alice@acme.test", password: "secret-word" });
  });

  it("asks for the mailed code where the address is not verified yet", async () => {
    server.use(http.post(`${auth}/login`, waitsFor("verify_email")));

    await logIn();

    expect(await screen.findByLabelText("Code")).toBeVisible();
    expect(screen.getByText("alice@acme.test")).toBeVisible();
    expect(visit).not.toHaveBeenCalled();
  });

  it("says that it did not work where nothing more is asked for", async () => {
    server.use(
      http.post(`${auth}/login`, () => HttpResponse.json({ status: 401 }, { status: 401 })),
    );

    await logIn();

    expect(await screen.findByRole("alert")).toBeVisible();
    expect(screen.queryByLabelText("Code")).toBeNull();
  });

  it("says that email and password do not match, and lets the person try again", async () => {
    server.use(
      http.post(`${auth}/login`, () =>
        HttpResponse.json(
          {
            status: 400,
            errors: [{ message: "Not correct.", code: "mismatch", param: "password" }],
          },
          { status: 400 },
        ),
      ),
    );

    await logIn();

    expect(await screen.findByRole("alert")).toHaveTextContent("Not correct.");
    expect(screen.getByRole("button", { name: "Log in" })).toBeEnabled();
    expect(visit).not.toHaveBeenCalled();
  });

  it("ends an older session that the server still holds, then logs in", async () => {
    const calls: string[] = [];
    server.use(
      http.post(`${auth}/login`, () => {
        calls.push("login");
        return HttpResponse.json({}, { status: calls.length === 1 ? 409 : 200 });
      }),
      http.delete(`${auth}/session`, () => {
        calls.push("logout");
        return HttpResponse.json({ status: 401 }, { status: 401 });
      }),
    );

    await logIn();

    await waitFor(() => expect(visit).toHaveBeenCalledWith("/contacts"));
    expect(calls).toEqual(["login", "logout", "login"]);
  });

  it("asks for what is missing without asking the server", async () => {
    render(<LoginForm next="/" />);

    await userEvent.click(screen.getByRole("button", { name: "Log in" }));

    expect(await screen.findByText("Enter your password.")).toBeVisible();
    expect(screen.getByLabelText("Email")).toHaveAccessibleDescription(/Enter your email address/);
    expect(screen.getByLabelText("Email")).toBeInvalid();
  });
});

describe("SignUpForm", () => {
  async function signUp() {
    const user = userEvent.setup();
    render(<SignUpForm />);
    await user.type(screen.getByLabelText("Your name"), "Alice");
    await user.type(screen.getByLabelText("Work email"), "alice@acme.test");
    await user.type(screen.getByLabelText("Company"), "Acme Corp");
    await user.type(screen.getByLabelText("Password"), "secret-word");
    await user.click(screen.getByRole("button", { name: "Create account" }));
  }

  it("creates person and company, asks for the mailed code and opens the dashboard", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(`${auth}/signup`, async ({ request }) => {
        sent.push(await request.json());
        return waitsFor("verify_email")();
      }),
      http.post(`${auth}/email/verify`, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ status: 200 });
      }),
    );

    await signUp();
    await userEvent.type(await screen.findByLabelText("Code"), " ABCD-EFGH ");
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));

    await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/dashboard"));
    expect(sent).toEqual([
      {
        name: "Alice",
        email: "alice@acme.test",
        tenant_name: "Acme Corp",
        password: "secret-word",
      },
      { key: "ABCD-EFGH" },
    ]);
  });

  it.each([
    [
      400,
      { errors: [{ message: "Incorrect code.", code: "incorrect_code", param: "key" }] },
      "Incorrect code.",
    ],
    [409, {}, "This code has ended."],
    [429, {}, "A code was sent a moment ago."],
  ])("says what is wrong with a code: %i", async (status, body, sentence) => {
    server.use(
      http.post(`${auth}/signup`, waitsFor("verify_email")),
      http.post(`${auth}/email/verify`, () => HttpResponse.json({ status, ...body }, { status })),
    );

    await signUp();
    await userEvent.type(await screen.findByLabelText("Code"), "WRONG");
    await userEvent.click(screen.getByRole("button", { name: "Continue" }));

    expect(await screen.findByRole("alert")).toHaveTextContent(sentence);
    expect(screen.getByLabelText("Code")).toHaveValue("WRONG");
    expect(visit).not.toHaveBeenCalled();
  });

  it("has another code sent", async () => {
    server.use(
      http.post(`${auth}/signup`, waitsFor("verify_email")),
      http.post(`${auth}/email/verify/resend`, () => HttpResponse.json({ status: 200 })),
    );

    await signUp();
    await userEvent.click(await screen.findByRole("button", { name: "Send another code" }));

    expect(await screen.findByRole("status")).toHaveTextContent("Another code is on its way.");
  });

  it("shows what the server objects to at the field", async () => {
    server.use(
      http.post(`${auth}/signup`, () =>
        HttpResponse.json(
          {
            status: 400,
            errors: [
              { message: "Taken.", code: "email_taken", param: "email" },
              { message: "Too common.", code: "weak", param: "password" },
            ],
          },
          { status: 400 },
        ),
      ),
    );

    await signUp();

    await waitFor(() =>
      expect(screen.getByLabelText("Work email")).toHaveAccessibleDescription("Taken."),
    );
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("Too common.");
    expect(screen.getByLabelText("Company")).toBeValid();
    expect(visit).not.toHaveBeenCalled();
  });
});
