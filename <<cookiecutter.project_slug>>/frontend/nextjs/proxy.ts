import { NextResponse, type NextRequest } from "next/server";
import { cookieName } from "@/lib/api/cookies";
import { contentSecurityPolicy } from "@/lib/csp";
import { appPaths, authPaths, isUnder, loginUrl, renewUrl } from "@/lib/routes";

/**
 * Sends people without a session to the login page and gives each page its Content-Security-Policy.
 * This is a convenience, not a guard: every answer of the API is checked by the API.
 */
export function proxy(request: NextRequest) {
  const { pathname } = request.nextUrl;
  if (isUnder(pathname, appPaths)) return redirectToSession(request) ?? withNonce(request);
  if (isUnder(pathname, authPaths)) return withNonce(request);
  return withPolicy(NextResponse.next(), contentSecurityPolicy());
}

function redirectToSession(request: NextRequest) {
  const { cookies, headers, nextUrl } = request;
  const protocol = headers.get("x-forwarded-proto") ?? nextUrl.protocol;
  if (cookies.has(cookieName("access", protocol))) return null;
  const here = pathOf(request);
  if (!cookies.has(cookieName("session_exp", protocol))) return redirectTo(loginUrl(here), request);
  // The access token has ended and the session has not. A page load goes by way of the refresh endpoint;
  // navigation inside the app goes on, as its first call to the API renews the session.
  const loadsPage = headers.get("sec-fetch-dest") !== "empty";
  return loadsPage ? redirectTo(renewUrl(here), request) : null;
}

function withNonce(request: NextRequest) {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-path", pathOf(request));
  // Next reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);
  return withPolicy(NextResponse.next({ request: { headers } }), policy);
}

function withPolicy(response: NextResponse, policy: string) {
  response.headers.set("content-security-policy", policy);
  return response;
}

function pathOf({ nextUrl }: NextRequest) {
  return nextUrl.pathname + nextUrl.search;
}

function redirectTo(path: string, request: NextRequest) {
  return NextResponse.redirect(new URL(path, request.url));
}

export const config = {
  matcher: [
    {
      // What the backend answers, and files, pass untouched: a body read here would be cut at 10 MB.
      source: "/((?!api/|_allauth/|ws/|webhooks/|_next/|.*\\..*).*)",
      missing: [{ type: "header", key: "next-router-prefetch" }],
    },
  ],
};
