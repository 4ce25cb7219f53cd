/** Cookies that scripts may read; `access` and `refresh` are not among them. */
export function readCookie(name: string) {
  return document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** When the access token ends. It moves on each refresh, in every tab at once. */
export function sessionHint() {
  return readCookie("session_exp");
}
