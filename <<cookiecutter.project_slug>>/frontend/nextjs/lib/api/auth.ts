import { ApiError } from "./errors";
import { plain } from "./http";

const base = "/_allauth/browser/v1/auth";

export type Credentials = { email: string; password: string };

export type SignUp = Credentials & { name: string; tenant_name: string };

/** Start a session. Throws an ApiError: 400 when email and password do not match. */
export async function logIn(credentials: Credentials) {
  await startSession("login", credentials);
}

/** Create the person, their tenant and a session. Throws an ApiError with the fields at fault. */
export async function signUp(details: SignUp) {
  await startSession("signup", details);
}

async function startSession(action: "login" | "signup", data: object) {
  try {
    await plain.post(`${base}/${action}`, data);
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    // 409: the server still holds an older session of this browser. End it, then try once more.
    await logOut();
    await plain.post(`${base}/${action}`, data);
  }
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
