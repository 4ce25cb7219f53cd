"use client";

import { useMutation } from "@tanstack/react-query";
import { AuthCard } from "@/components/auth/auth-card";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { toApiError } from "@/lib/api/errors";
import { acceptInvitation } from "@/lib/api/invitation";
import { openTenant } from "@/lib/api/tenants";
import type { Me, Offer } from "@/lib/api/types";
import { LogOutLink } from "./log-out-link";

/** Asks whoever is logged in whether they want to join, and takes them there. */
export function Accept({ offer, me, token }: { offer: Offer; me: Me; token: string }) {
  const { tenant } = offer;
  const isMember = me.memberships.some((membership) => membership.tenant.slug === tenant.slug);
  const join = useMutation({
    mutationFn: async () => openTenant(isMember ? tenant : await acceptInvitation(token)),
  });
  return (
    <AuthCard
      title={`Join ${tenant.name}`}
      lead={
        isMember
          ? "You are a member already."
          : `${offer.invited_by} invites you as ${offer.role_name}.`
      }
      footer={<LogOutLink me={me} />}
    >
      <div className="grid gap-4">
        {join.error && <Alert>{toApiError(join.error).message}</Alert>}
        <Button size="lg" busy={join.isPending || join.isSuccess} onClick={() => join.mutate()}>
          {isMember ? `Go to ${tenant.name}` : "Accept the invitation"}
        </Button>
      </div>
    </AuthCard>
  );
}
