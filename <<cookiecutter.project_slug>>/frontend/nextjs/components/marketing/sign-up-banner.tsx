import { PageLink } from "@/components/page-link";
import { buttonVariants } from "@/components/ui/button";

export function SignUpBanner() {
  return (
    <section className="mx-auto max-w-6xl px-4 pb-16 sm:px-6 sm:pb-24">
      <div className="flex flex-col items-center gap-6 rounded-3xl bg-soft px-6 py-12 text-center text-on-soft sm:py-16">
        <h2 className="text-3xl font-semibold tracking-tight sm:text-4xl">
          Your workspace is a minute away
        </h2>
        <PageLink href="/signup" className={buttonVariants({ size: "lg" })}>
          Start free
        </PageLink>
      </div>
    </section>
  );
}
