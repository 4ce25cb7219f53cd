"use client";

import { useMe } from "@/lib/api/me";

/** Says all the time that an operator works as the person, and who. */
export function ImpersonationBanner() {
  const { impersonated_by, name, email } = useMe();
  if (!impersonated_by) return null;
  return (
    <div
      role="status"
      className="bg-warning-soft px-4 py-2 text-center text-sm text-on-warning-soft"
    >
      {impersonated_by} works as {name || email}. It is on record. Log out to end it.
    </div>
  );
}
