/**
 * What the backend calls a cookie. Over https its name carries a prefix that browsers guard: no page of
 * another subdomain can set it. A plain name is somebody else's there, and is never looked at.
 */
export function cookieName(name: string, protocol: string) {
  return protocol.startsWith("https") ? `__Host-${name}` : name;
}

/** Cookies that scripts may read; `access` and `refresh` are not among them. */
export function readCookie(name: string) {
  const start = `${cookieName(name, window.location.protocol)}=`;
  return document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(start))
    ?.slice(start.length);
}

/** When the access token ends. It moves on each refresh, in every tab at once. */
export function sessionHint() {
  return readCookie("session_exp");
}
