"use client";

import { createContext, useContext, type ReactNode } from "react";
import type { Member } from "./types";

const MeContext = createContext<Member | null>(null);

/** Gives the components below it the person who is logged in and is a member here, as the server has read it. */
export function MeProvider({ me, children }: { me: Member; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

export function useMe() {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe works below MeProvider only, that is in app/(app).");
  return me;
}

/** First part of every query key, so that no tenant is shown what another one has loaded. */
export function useTenantKey() {
  return useMe().tenant.slug;
}

/** Whether this person has a permission. The API decides; this only hides what it would refuse. */
export function useCan(permission: string) {
  return useMe().permissions.includes(permission);
}
