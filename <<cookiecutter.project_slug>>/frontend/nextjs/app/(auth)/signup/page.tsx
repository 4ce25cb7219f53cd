import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { PageLink } from "@/components/page-link";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUpPage() {
  return (
    <AuthCard
      title="Create your account"
      lead="It takes a minute. No card needed."
      footer={
        <>
          Already have an account?{" "}
          <PageLink href="/login" className="font-medium text-primary underline underline-offset-4">
            Log in
          </PageLink>
        </>
      }
    >
      <SignUpForm />
    </AuthCard>
  );
}
