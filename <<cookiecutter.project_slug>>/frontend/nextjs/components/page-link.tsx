import type { ComponentProps } from "react";

/**
 * A link that loads the page anew. For links between marketing, log-in and app, each of which comes with
 * its own Content-Security-Policy; `next/link` would keep the policy of the page it started from.
 */
export function PageLink({ href, children, ...props }: ComponentProps<"a"> & { href: string }) {
  return (
    <a href={href} {...props}>
      {children}
    </a>
  );
}
