import axios, { isAxiosError, type InternalAxiosRequestConfig } from "axios";
import { readCookie, sessionHint } from "./cookies";
import { toApiError } from "./errors";
import { visitLogin } from "./navigate";

type Config = InternalAxiosRequestConfig & { sentWith?: string; retried?: boolean };

const options = {
  // Empty means this origin: next.config.ts or the reverse proxy passes requests on to the backend.
  baseURL: process.env.NEXT_PUBLIC_API_URL || undefined,
  timeout: 30_000,
  withCredentials: true,
};

/** For everything under /api/v1: renews the session by itself when the access token has ended. */
export const api = axios.create(options);

/** For account and session endpoints, where a 401 is an answer and must not start a refresh. */
export const plain = axios.create(options);

let csrfInFlight: Promise<unknown> | null = null;

/** Django checks that the header repeats the cookie, so the cookie has to be there first. */
async function csrfToken() {
  if (!readCookie("csrftoken")) {
    csrfInFlight ??= axios.get("/api/v1/auth/csrf", options).finally(() => (csrfInFlight = null));
    await csrfInFlight;
  }
  return readCookie("csrftoken");
}

async function addCsrf(config: InternalAxiosRequestConfig) {
  if (!/^(get|head|options)$/i.test(config.method ?? "get")) {
    config.headers.set("X-CSRFToken", await csrfToken());
  }
  return config;
}

let refreshInFlight: Promise<void> | null = null;

/**
 * Renew the session once, however many requests ask for it: one at a time in this tab by the shared
 * promise, one at a time in all tabs by the Web Lock. `sentWith` is the hint the failed request was
 * sent with: when it has moved since, the session has been renewed already.
 */
function refresh(sentWith: string | undefined) {
  refreshInFlight ??= locked(async () => {
    if (sessionHint() === sentWith) await plain.post("/api/v1/auth/refresh");
  }).finally(() => (refreshInFlight = null));
  return refreshInFlight;
}

async function locked(run: () => Promise<void>) {
  // Browsers offer locks on https and localhost only.
  await (navigator.locks ? navigator.locks.request("session-refresh", run) : run());
}

async function renewAndRetry(error: unknown) {
  const config = isAxiosError(error) ? (error.config as Config | undefined) : undefined;
  if (!config || !isUnauthorised(error)) throw toApiError(error);
  if (config.retried) return endSession(error);
  try {
    await refresh(config.sentWith);
  } catch (failure) {
    if (isUnauthorised(failure)) return endSession(failure);
    throw toApiError(failure);
  }
  return api({ ...config, retried: true } as Config);
}

function isUnauthorised(error: unknown) {
  const status = isAxiosError(error) ? error.response?.status : toApiError(error).status;
  return status === 401;
}

function endSession(error: unknown): never {
  visitLogin();
  throw toApiError(error);
}

function addHint(config: InternalAxiosRequestConfig) {
  (config as Config).sentWith = sessionHint();
  return config;
}

api.interceptors.request.use(addCsrf);
api.interceptors.request.use(addHint);
api.interceptors.response.use(undefined, renewAndRetry);

plain.interceptors.request.use(addCsrf);
plain.interceptors.response.use(undefined, (error: unknown) => {
  throw toApiError(error);
});
