"use client";

import { AuthCard } from "@/components/auth/auth-card";
import type { Me, Offer } from "@/lib/api/types";
import { LogOutLink } from "./log-out-link";

/** For somebody who is logged in with another address than the one that was invited. */
export function OtherAccount({ offer, me }: { offer: Offer; me: Me }) {
  return (
    <AuthCard
      title={`Join ${offer.tenant.name}`}
      lead={`This invitation is for ${offer.email}, and you are logged in with another address.`}
      footer={<LogOutLink me={me} />}
    >
      <p className="text-sm text-muted">
        Log out, and open the link again with an account as{" "}
        <strong className="[overflow-wrap:anywhere] text-text">{offer.email}</strong>. Or have the
        address invited that you use here.
      </p>
    </AuthCard>
  );
}
