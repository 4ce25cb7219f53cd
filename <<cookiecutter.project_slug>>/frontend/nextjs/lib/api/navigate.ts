import { loginUrl } from "@/lib/routes";

/** Load a page anew, so that nothing of the present session stays in memory. */
export function visit(url: string) {
  window.location.assign(url);
}

/** The session is over: log in again, then come back to this page. */
export function visitLogin() {
  visit(loginUrl(window.location.pathname + window.location.search));
}
