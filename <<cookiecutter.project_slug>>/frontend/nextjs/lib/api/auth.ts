import { signWithPasskey } from "@/lib/webauthn";
import { ApiError, toApiError } from "./errors";
import { plain } from "./http";

const base = "/_allauth/browser/v1/auth";

export type Credentials = { email: string; password: string };

/** Either the name of a new tenant, or the token of an invitation to one. */
export type SignUp = Credentials & { name: string; tenant_name?: string; invitation?: string };

/** What is still to be done before there is a session; null when there is one. */
export type Pending =
  "verify_email" | "login_by_code" | "mfa_authenticate" | "password_reset_by_code" | null;

/** Start a session. Throws an ApiError: 400 when email and password do not match. */
export async function logIn(credentials: Credentials) {
  return startSession("login", credentials);
}

/** Create the person; with the mailed code come their tenant and a session. Throws an ApiError with the fields at fault. */
export async function signUp(details: SignUp) {
  return startSession("signup", details);
}

/** Give back the code that was mailed. Throws an ApiError: 400 for a wrong one, 409 when it has ended. */
export async function verifyEmail(code: string) {
  return post("email/verify", { key: code });
}

/** Have another code mailed. Throws an ApiError. */
export async function resendCode() {
  await post("email/verify/resend", {});
}

/** Have a code mailed to log in with. The answer is the same for an address that nobody has. Throws an ApiError. */
export async function requestLoginCode(email: string) {
  return startSession("code/request", { email });
}

/** Start a session by the mailed code. Throws an ApiError: 400 for a wrong one, 409 when it has ended. */
export async function confirmLoginCode(code: string) {
  return post("code/confirm", { code });
}

export async function resendLoginCode() {
  await post("code/resend", {});
}

/** Give the second factor: a code of an authenticator app, or a recovery code. Throws an ApiError: 400 for a wrong one. */
export async function giveSecondFactor(code: string) {
  return post("2fa/authenticate", { code });
}

/** Give a passkey as the second factor. Throws an ApiError, or what the browser throws. */
export async function givePasskey() {
  return signedWithPasskey("webauthn/authenticate");
}

/** Start a session by a passkey alone. Throws an ApiError, or what the browser throws. */
export async function logInWithPasskey() {
  return signedWithPasskey("webauthn/login");
}

type Request = { data: { request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON } } };

async function signedWithPasskey(path: "webauthn/authenticate" | "webauthn/login") {
  const { data } = await plain.get<Request>(`${base}/${path}`);
  const credential = await signWithPasskey(data.data.request_options.publicKey);
  return post(path, { credential });
}

/** Have a code mailed to set another password with. The answer is the same for an address that nobody has. */
export async function requestPasswordReset(email: string) {
  await post("password/request", { email });
}

/** Set another password by the mailed code, which ends all sessions. Throws an ApiError with the fields at fault, 409 when the code has ended. */
export async function resetPassword(input: { key: string; password: string }) {
  try {
    await post("password/reset", input);
  } catch (error) {
    // 401: it is set, and the person is not logged in yet.
    if (!hasStatus(error, 401)) throw error;
  }
}

/** Confirm that it is still the same person. Throws an ApiError: 400 for a wrong password. */
export async function reauthenticate(password: string) {
  await post("reauthenticate", { password });
}

async function startSession(action: "login" | "signup" | "code/request", data: object) {
  try {
    return await post(action, data);
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    // 409: the server still holds an older session of this browser. End it, then try once more.
    await logOut();
    return post(action, data);
  }
}

type Answer = { data?: { flows?: { id: string; is_pending?: boolean }[] } };

/** A step of the log-in. 401 means that there is another one, and not that anything is wrong. */
async function post(path: string, data: object): Promise<Pending> {
  try {
    await plain.post(`${base}/${path}`, data);
    return null;
  } catch (error) {
    const pending = pendingIn(error);
    if (!pending) throw toApiError(error);
    return pending;
  }
}

function pendingIn(error: unknown) {
  if (!hasStatus(error, 401)) return null;
  const { data } = (error as ApiError).body as Answer;
  return (data?.flows?.find((flow) => flow.is_pending)?.id ?? null) as Pending;
}

/** End the session. Its success is a 401: "you are not logged in". */
export async function logOut() {
  try {
    await plain.delete(`${base}/session`);
  } catch (error) {
    if (!hasStatus(error, 401)) throw error;
  }
}

function hasStatus(error: unknown, status: number) {
  return error instanceof ApiError && error.status === status;
}
