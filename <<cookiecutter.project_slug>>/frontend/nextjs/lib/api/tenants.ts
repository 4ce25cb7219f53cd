import { home } from "@/lib/routes";
import { toApiError } from "./errors";
import { call } from "./client";
import { visit } from "./navigate";
import type { Tenant } from "./types";

/** Go on in another tenant. All of its pages are loaded afresh, so that nothing of this one stays in memory. */
export async function openTenant(tenant: Tenant) {
  visit(await wayTo(tenant));
}

/** At the product's own host a session changes over; a tenant's own host has no other tenant's pages. */
async function wayTo(tenant: Tenant) {
  try {
    await call("post", "/api/v1/auth/switch-tenant", { body: { tenant: tenant.slug } });
    return home;
  } catch (error) {
    if (toApiError(error).code !== "host_decides") throw error;
    return handedOver(tenant);
  }
}

async function handedOver({ host }: Tenant) {
  try {
    const wish = { host, next: home };
    return (await call("post", "/api/v1/auth/handoff", { body: wish })).data.url;
  } catch (error) {
    if (toApiError(error).code !== "login_bound") throw error;
    // This login came from the product's own host, and the next one is to come from there as well.
    return startAt(host);
  }
}

function startAt(host: string) {
  const url = new URL("/api/v1/auth/handoff/start", window.location.origin);
  url.hostname = host;
  url.searchParams.set("next", home);
  return url.href;
}
