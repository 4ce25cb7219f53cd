import type { Metadata } from "next";
import { Features } from "@/components/marketing/features";
import { Hero } from "@/components/marketing/hero";
import { JsonLd } from "@/components/marketing/json-ld";
import { Questions } from "@/components/marketing/questions";
import { SignUpBanner } from "@/components/marketing/sign-up-banner";
import { Steps } from "@/components/marketing/steps";
import { site } from "@/lib/site";

export const metadata: Metadata = { alternates: { canonical: "/" }, openGraph: { url: "/" } };

export default function LandingPage() {
  return (
    <>
      <JsonLd
        data={{
          "@context": "https://schema.org",
          "@type": "SoftwareApplication",
          name: site.name,
          description: site.description,
          url: `https://${site.domain}/`,
          applicationCategory: "BusinessApplication",
        }}
      />
      <Hero />
      <Features />
      <Steps />
      <Questions />
      <SignUpBanner />
    </>
  );
}
