import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { ResetPasswordForm } from "@/components/auth/reset-password-form";
import { PageLink } from "@/components/page-link";

export const metadata: Metadata = { title: "Reset your password", robots: { index: false } };

export default function ResetPasswordPage() {
  return (
    <AuthCard
      title="Reset your password"
      lead="We mail you a code, and you choose another password."
      footer={
        <>
          Remembered it?{" "}
          <PageLink href="/login" className="font-medium text-primary underline underline-offset-4">
            Log in
          </PageLink>
        </>
      }
    >
      <ResetPasswordForm />
    </AuthCard>
  );
}
