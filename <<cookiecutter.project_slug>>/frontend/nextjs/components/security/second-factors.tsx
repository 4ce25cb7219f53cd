"use client";

import { useState } from "react";
import { Card } from "@/components/ui/card";
import { Loaded } from "@/components/ui/loaded";
import { useAuthenticators } from "@/lib/api/second-factors";
import { AuthenticatorApp } from "./authenticator-app";
import { Passkeys } from "./passkeys";
import { RecoveryCodes } from "./recovery-codes";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";

/** An authenticator app, passkeys, and the codes for when both are lost. */
export function SecondFactors() {
  const query = useAuthenticators();
  const [codes, setCodes] = useState<string[]>([]);
  return (
    <>
      <Loaded query={query} what="second factors">
        {(all) => {
          const recovery = all.find(({ type }) => type === "recovery_codes");
          return (
            <Card className="divide-y">
              <AuthenticatorApp app={all.find(({ type }) => type === "totp")} onCodes={setCodes} />
              <Passkeys
                passkeys={all.filter(({ type }) => type === "webauthn")}
                onCodes={setCodes}
              />
              {recovery && <RecoveryCodes recovery={recovery} onCodes={setCodes} />}
            </Card>
          );
        }}
      </Loaded>
      {codes.length > 0 && <RecoveryCodesDialog codes={codes} onClose={() => setCodes([])} />}
    </>
  );
}
