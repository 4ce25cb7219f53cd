import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { LoginForm } from "@/components/auth/login-form";
import { PageLink } from "@/components/page-link";
import { safeNext } from "@/lib/routes";

export const metadata: Metadata = { title: "Log in", robots: { index: false } };

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const { next } = await searchParams;
  return (
    <AuthCard
      title="Welcome back"
      lead="Log in to carry on where you left off."
      footer={
        <>
          New here?{" "}
          <PageLink
            href="/signup"
            className="font-medium text-primary underline underline-offset-4"
          >
            Create an account
          </PageLink>
        </>
      }
    >
      <LoginForm next={safeNext(typeof next === "string" ? next : null)} />
    </AuthCard>
  );
}
