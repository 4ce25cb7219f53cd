"use client";

import { AuthCard } from "@/components/auth/auth-card";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { PageLink } from "@/components/page-link";
import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { toApiError } from "@/lib/api/errors";
import { useOffer } from "@/lib/api/invitation";
import type { Offer } from "@/lib/api/types";
import { invitationUrl, loginUrl } from "@/lib/routes";
import { Accept } from "./accept";
import { OtherAccount } from "./other-account";

/** For whoever has followed the link of an invitation, logged in or not. */
export function Invitation({ token }: { token: string }) {
  const query = useOffer(token);
  if (hasEnded(query.error)) return <Ended />;
  return (
    <Loaded query={query} what="the invitation">
      {({ offer, me }) => {
        if (!me) return <SignUp offer={offer} token={token} />;
        const isOther = offer.email !== "" && offer.email !== me.email.toLowerCase();
        if (isOther) return <OtherAccount offer={offer} me={me} />;
        return <Accept offer={offer} me={me} token={token} />;
      }}
    </Loaded>
  );
}

/** Without a token there has never been one: the API calls that 400. */
function hasEnded(error: unknown) {
  return error !== null && [400, 410].includes(toApiError(error).status);
}

function Ended() {
  return (
    <Card className="p-6 text-center shadow-raised sm:p-8">
      <h1 className="text-2xl font-semibold tracking-tight">This invitation has ended</h1>
      <p className="mt-1.5 text-sm text-muted">
        It was used or revoked, or its time is over. Ask for a new one.
      </p>
    </Card>
  );
}

function SignUp({ offer, token }: { offer: Offer; token: string }) {
  const here = invitationUrl(token);
  return (
    <AuthCard
      title={`Join ${offer.tenant.name}`}
      lead={`${offer.invited_by} invites you as ${offer.role_name}. Create your account to accept.`}
      footer={
        <>
          Already have an account?{" "}
          <PageLink
            href={loginUrl(here)}
            className="font-medium text-primary underline underline-offset-4"
          >
            Log in
          </PageLink>
        </>
      }
    >
      <SignUpForm invitation={token} email={offer.email} next={here} />
    </AuthCard>
  );
}
