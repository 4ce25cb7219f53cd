"use client";

import { Menu } from "@base-ui/react/menu";
import { useMutation } from "@tanstack/react-query";
import { Check, ChevronsUpDown, LoaderCircle } from "lucide-react";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { useMe } from "@/lib/api/me";
import { openTenant } from "@/lib/api/tenants";
import type { Membership } from "@/lib/api/types";

const card = "mx-3 flex items-center gap-3 rounded-xl bg-sunken p-3";

/** Where the person is, and the way to the other companies that they belong to. */
export function TenantSwitcher() {
  const me = useMe();
  if (me.memberships.length < 2) {
    return (
      <div className={card}>
        <TenantName {...me} />
      </div>
    );
  }
  return <Switcher current={me} memberships={me.memberships} />;
}

type Props = { current: Membership; memberships: Membership[] };

function Switcher({ current, memberships }: Props) {
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: openTenant,
    onError: (error) => toast.error(toApiError(error).message),
  });
  const busy = isPending || isSuccess;
  return (
    <Menu.Root>
      <Menu.Trigger
        disabled={busy}
        className={`${card} text-left transition-colors hover:bg-soft data-popup-open:bg-soft`}
      >
        <TenantName {...current} />
        {busy ? (
          <LoaderCircle className="size-4 shrink-0 animate-spin" aria-hidden="true" />
        ) : (
          <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden="true" />
        )}
        <span className="sr-only">Switch company</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="z-60" sideOffset={6} align="start">
          <Menu.Popup className="max-h-(--available-height) w-58 overflow-y-auto rounded-xl border bg-surface p-1.5 shadow-raised">
            {memberships.map(({ tenant, role_name }) => (
              <Menu.Item
                key={tenant.slug}
                disabled={tenant.slug === current.tenant.slug}
                className="flex items-center gap-3 rounded-lg p-2 outline-none data-highlighted:bg-sunken"
                onClick={() => mutate(tenant)}
              >
                <TenantName tenant={tenant} role_name={role_name} />
                {tenant.slug === current.tenant.slug && (
                  <Check className="size-4 shrink-0 text-primary" aria-label="You are here" />
                )}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function TenantName({ tenant, role_name }: Pick<Membership, "tenant" | "role_name">) {
  return (
    <>
      <span
        aria-hidden="true"
        className="grid size-9 shrink-0 place-items-center rounded-lg bg-primary font-semibold text-on-primary"
      >
        {initialOf(tenant.name)}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-semibold" title={tenant.name}>
          {tenant.name}
        </span>
        <span className="block text-xs text-muted">{role_name}</span>
      </span>
    </>
  );
}

function initialOf(name: string) {
  return Array.from(name)[0]?.toUpperCase();
}
