"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useMe } from "@/lib/api/me";
import { cn } from "@/lib/utils";

const items = [
  { href: "/settings/members", label: "Members", permission: "members.read" },
  { href: "/settings/roles", label: "Roles" },
  { href: "/settings/billing", label: "Billing", permission: "billing.read" },
  { href: "/settings/api-keys", label: "API keys", permission: "api_keys.manage" },
  { href: "/settings/audit-log", label: "Audit log", permission: "audit.read" },
  { href: "/settings/security", label: "Security" },
];

/** Leads through the settings: beside them on a wide screen, above them else. */
export function SettingsNav() {
  const { permissions } = useMe();
  const here = usePathname();
  return (
    <nav aria-label="Settings" className="-mx-4 mb-6 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-1 xl:grid">
        {items
          .filter(({ permission }) => !permission || permissions.includes(permission))
          .map(({ href, label }) => (
            <li key={href}>
              <Link
                href={href}
                aria-current={here === href ? "page" : undefined}
                className={cn(
                  "flex h-9 items-center rounded-lg px-3 text-sm font-medium whitespace-nowrap text-muted transition-colors hover:bg-sunken hover:text-text",
                  here === href && "bg-soft text-on-soft hover:bg-soft hover:text-on-soft",
                )}
              >
                {label}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
