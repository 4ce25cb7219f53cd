import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";
import { site } from "@/lib/site";
import { ProductPicture } from "./product-picture";

export function Hero() {
  return (
    <section className="overflow-hidden bg-[radial-gradient(70rem_36rem_at_70%_-10rem,var(--soft),transparent)]">
      <div className="mx-auto grid max-w-6xl items-center gap-14 px-4 pt-16 pb-20 sm:px-6 sm:pt-24 lg:grid-cols-[1.05fr_1fr] lg:pb-28">
        <div className="min-w-0">
          <h1 className="text-4xl leading-[1.1] font-semibold tracking-tight [overflow-wrap:anywhere] sm:text-5xl lg:text-6xl">
            Know everybody your company knows
          </h1>
          <p className="mt-6 max-w-xl text-lg text-muted [overflow-wrap:anywhere] sm:text-xl">
            {site.description}
          </p>
          <div className="mt-9 flex flex-wrap gap-3">
            <PageLink href="/signup" className={buttonVariants({ size: "lg" })}>
              Start free <ArrowRight aria-hidden="true" />
            </PageLink>
            <Link href="/pricing" className={buttonVariants({ variant: "secondary", size: "lg" })}>
              See the prices
            </Link>
          </div>
          <p className="mt-4 text-sm text-muted">No card needed. Ready in a minute.</p>
        </div>
        <ProductPicture />
      </div>
    </section>
  );
}
