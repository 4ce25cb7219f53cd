"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { toApiError } from "@/lib/api/errors";
import { makeRecoveryCodes, useRefreshAuthenticators } from "@/lib/api/second-factors";
import type { Authenticator } from "@/lib/api/types";
import { count } from "@/lib/format";
import { Factor } from "./factor";
import { useFreshLogin } from "./fresh-login";

type Props = { recovery: Authenticator; onCodes: (codes: string[]) => void };

export function RecoveryCodes({ recovery, onCodes }: Props) {
  const freshLogin = useFreshLogin();
  const refresh = useRefreshAuthenticators();
  const make = useMutation({
    mutationFn: () => freshLogin.run(makeRecoveryCodes),
    onSuccess: (codes) => {
      onCodes(codes);
      void refresh();
    },
    onError: (error) => toast.error(toApiError(error).message),
  });
  return (
    <Factor
      title="Recovery codes"
      text={`For when your phone is lost: ${count(recovery.unused_code_count ?? 0, "code")} left. New ones void those.`}
      action={
        <Button variant="secondary" busy={make.isPending} onClick={() => make.mutate()}>
          Make new codes
        </Button>
      }
    >
      {freshLogin.dialog}
    </Factor>
  );
}
