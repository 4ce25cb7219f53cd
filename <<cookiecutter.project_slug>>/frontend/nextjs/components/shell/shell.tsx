"use client";

import { Menu } from "lucide-react";
import type { ReactNode } from "react";
import { BillingBanner } from "@/components/billing/billing-banner";
import { Brand } from "@/components/brand";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { useUi } from "@/lib/ui-store";
import { ImpersonationBanner } from "./impersonation-banner";
import { Sidebar } from "./sidebar";

/** The frame around every page of the app: a sidebar, which is a drawer on small screens. */
export function Shell({ children }: { children: ReactNode }) {
  const navOpen = useUi((state) => state.navOpen);
  const setNavOpen = useUi((state) => state.setNavOpen);
  return (
    <div className="lg:pl-64">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-primary px-4 py-2 text-on-primary focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to content
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-64 flex-col border-r bg-surface lg:flex">
        <Sidebar />
      </aside>
      <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b bg-surface/90 px-2 backdrop-blur lg:hidden">
        <Button variant="ghost" size="icon" aria-label="Open menu" onClick={() => setNavOpen(true)}>
          <Menu className="size-5!" aria-hidden="true" />
        </Button>
        <Brand className="pr-4" />
      </header>
      <Drawer open={navOpen} onOpenChange={setNavOpen} title="Menu">
        <Sidebar onNavigate={() => setNavOpen(false)} />
      </Drawer>
      <ImpersonationBanner />
      <BillingBanner />
      <main id="content" className="mx-auto max-w-6xl px-4 pt-6 pb-24 sm:px-8 sm:pt-10">
        {children}
      </main>
    </div>
  );
}
