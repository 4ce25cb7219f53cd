"use client";

import { LayoutDashboard, Settings, Upload, Users } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Brand } from "@/components/brand";
import { useMe } from "@/lib/api/me";
import { isUnder } from "@/lib/routes";
import { cn } from "@/lib/utils";
import { LogOutButton } from "./log-out-button";
import { TenantSwitcher } from "./tenant-switcher";

const items = [
  { href: "/dashboard", label: "Dashboard", icon: LayoutDashboard },
  { href: "/contacts", label: "Contacts", icon: Users },
  { href: "/contacts/import", label: "Import", icon: Upload },
  { href: "/settings", label: "Settings", icon: Settings },
];

export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  return (
    <>
      <div className="flex h-16 shrink-0 items-center px-5">
        <Brand />
      </div>
      <TenantSwitcher />
      <nav aria-label="Main" className="flex-1 overflow-y-auto p-3">
        <ul className="grid gap-1">
          {items.map((item) => (
            <li key={item.href}>
              <NavLink {...item} onNavigate={onNavigate} />
            </li>
          ))}
        </ul>
      </nav>
      <PersonCard />
    </>
  );
}

type NavItem = (typeof items)[number] & { onNavigate?: () => void };

function NavLink({ href, label, icon: Icon, onNavigate }: NavItem) {
  const here = usePathname();
  const current = href === items.findLast((item) => isUnder(here, [item.href]))?.href;
  return (
    <Link
      href={href}
      onClick={onNavigate}
      aria-current={current ? "page" : undefined}
      className={cn(
        "flex h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-text",
        current && "bg-soft text-on-soft hover:bg-soft hover:text-on-soft",
      )}
    >
      <Icon className="size-4.5 shrink-0" aria-hidden="true" />
      {label}
    </Link>
  );
}

function PersonCard() {
  const me = useMe();
  return (
    <div className="flex items-center gap-2 border-t p-3 pl-5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{me.name || me.email}</p>
        <p className="truncate text-xs text-muted">{me.email}</p>
      </div>
      <LogOutButton />
    </div>
  );
}
