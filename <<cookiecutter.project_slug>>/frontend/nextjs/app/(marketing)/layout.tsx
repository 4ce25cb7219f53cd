import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "@/components/brand";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";
import { site } from "@/lib/site";

export default function MarketingLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="flex-1">{children}</main>
      <Footer />
    </div>
  );
}

function Header() {
  return (
    <header className="sticky top-0 z-30 border-b bg-background/85 backdrop-blur">
      <div className="mx-auto flex h-16 max-w-6xl items-center justify-between gap-4 px-4 sm:px-6">
        <Link href="/" className="min-w-0 rounded-lg">
          <Brand />
        </Link>
        <nav aria-label="Main" className="flex shrink-0 items-center gap-1 sm:gap-2">
          <Link
            href="/pricing"
            className={buttonVariants({ variant: "ghost", className: "px-3 max-sm:hidden" })}
          >
            Pricing
          </Link>
          <PageLink
            href="/login"
            className={buttonVariants({ variant: "ghost", className: "px-3" })}
          >
            Log in
          </PageLink>
          <PageLink href="/signup" className={buttonVariants()}>
            Sign up
          </PageLink>
        </nav>
      </div>
    </header>
  );
}

function Footer() {
  return (
    <footer className="border-t">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-4 px-4 py-8 text-sm text-muted sm:px-6">
        <p className="min-w-0 [overflow-wrap:anywhere]">© {site.company}</p>
        <nav aria-label="Footer" className="flex gap-6">
          <Link href="/pricing" className="hover:text-text">
            Pricing
          </Link>
          <PageLink href="/login" className="hover:text-text">
            Log in
          </PageLink>
          <PageLink href="/signup" className="hover:text-text">
            Sign up
          </PageLink>
        </nav>
      </div>
    </footer>
  );
}
