import { paymentFrames } from "./checkout";

const development = process.env.NODE_ENV === "development";

/**
 * The Content-Security-Policy of a page. With a nonce only scripts that carry it may run. Static pages
 * cannot carry one, as they are rendered before the request; they show nothing that a user has typed.
 */
export function contentSecurityPolicy(nonce?: string) {
  return [
    "default-src 'self'",
    `script-src ${scripts(nonce)}`,
    `style-src ${styles(nonce)}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${process.env.NEXT_PUBLIC_API_URL ?? ""}`.trim(),
    `frame-src ${frames().join(" ") || "'none'"}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function scripts(nonce?: string) {
  const allowed = nonce ? `'self' 'nonce-${nonce}' 'strict-dynamic'` : "'self' 'unsafe-inline'";
  return development ? `${allowed} 'unsafe-eval'` : allowed;
}

function styles(nonce?: string) {
  return nonce && !development ? `'self' 'nonce-${nonce}'` : "'self' 'unsafe-inline'";
}

/** The windows of the payment provider; in development, and in tests, those of its sandbox, too. */
function frames() {
  const sandbox = process.env.SANDBOX_PORT;
  return sandbox ? [...paymentFrames, `http://127.0.0.1:${sandbox}`] : paymentFrames;
}
