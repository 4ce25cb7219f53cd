import type { NextConfig } from "next";

// Where Django listens. Read when the app is built and when the development server starts.
const api = process.env.API_ORIGIN ?? "http://127.0.0.1:8000";

const securityHeaders = [
  { key: "Strict-Transport-Security", value: "max-age=31536000" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

const config: NextConfig = {
  poweredByHeader: false,
  // Out of the way of the log-out button.
  devIndicators: { position: "bottom-right" },
  // A lockfile in a folder above must not make Next believe that the project starts there.
  outputFileTracingRoot: process.cwd(),
  turbopack: { root: process.cwd() },
  async headers() {
    return [{ source: "/:path*", headers: securityHeaders }];
  },
  // One origin for browser and API: cookies stay host-only and no CORS is needed.
  async rewrites() {
    return ["api", "_allauth", "accounts", "ws", "webhooks"].map((prefix) => ({
      source: `/${prefix}/:path*`,
      destination: `${api}/${prefix}/:path*`,
    }));
  },
};

export default config;
