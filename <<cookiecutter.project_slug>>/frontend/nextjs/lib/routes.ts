/** First path segments that need a session: one for each folder in `app/(app)`. */
export const appPaths = ["/dashboard", "/contacts", "/settings"];

/** Pages for people who have no session yet: one for each folder in `app/(auth)`. */
export const authPaths = ["/invitation", "/login", "/reset-password", "/signup"];

export const home = "/dashboard";

export function isUnder(pathname: string, prefixes: string[]) {
  return prefixes.some((prefix) => pathname === prefix || pathname.startsWith(`${prefix}/`));
}

/**
 * Where to go after login. Only a path on this host is accepted: browsers read `//evil.example` and
 * `/\evil.example` as another host, and drop tabs and newlines inside a URL.
 */
export function safeNext(next: string | null | undefined) {
  return next && /^\/(?![/\\])[^\t\r\n]*$/.test(next) ? next : home;
}

export function loginUrl(next: string) {
  return `/login?next=${encodeURIComponent(next)}`;
}

/** Goes to a page of the app by way of new tokens. */
export function renewUrl(next: string) {
  return `/api/v1/auth/refresh?next=${encodeURIComponent(next)}`;
}

export function invitationUrl(token: string) {
  return `/invitation?token=${encodeURIComponent(token)}`;
}
