import "server-only";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { cookieName } from "@/lib/api/cookies";
import type { Me } from "@/lib/api/types";
import { home, loginUrl, renewUrl } from "@/lib/routes";

const apiOrigin = process.env.API_ORIGIN ?? "http://127.0.0.1:8000";

/**
 * The person who is logged in and their tenant. Read once per request. Without a session it goes to the
 * login page; with one that has to be renewed it goes by way of the refresh endpoint, because a server
 * component cannot set cookies. Throws when the backend does not answer as it should.
 */
export const getMe = cache(async (): Promise<Me> => {
  const response = await get("/api/v1/me");
  if (response.status === 401) redirect(await urlOfNewSession());
  if (!response.ok) throw new Error(`GET /api/v1/me answered ${response.status}`);
  return response.json() as Promise<Me>;
});

async function get(path: string) {
  const [jar, incoming] = await Promise.all([cookies(), headers()]);
  const protocol = protocolOf(incoming);
  const access = jar.get(cookieName("access", protocol))?.value;
  if (!access) redirect(await urlOfNewSession());
  return fetch(apiOrigin + path, {
    headers: {
      accept: "application/json",
      authorization: `Bearer ${access}`,
      "x-forwarded-host": incoming.get("host") ?? "",
      "x-forwarded-proto": protocol,
    },
    cache: "no-store",
  });
}

async function urlOfNewSession() {
  const [jar, incoming] = await Promise.all([cookies(), headers()]);
  const here = incoming.get("x-path") ?? home;
  if (!jar.has(cookieName("session_exp", protocolOf(incoming)))) return loginUrl(here);
  return renewUrl(here);
}

function protocolOf(incoming: Headers) {
  return incoming.get("x-forwarded-proto") ?? "http";
}
