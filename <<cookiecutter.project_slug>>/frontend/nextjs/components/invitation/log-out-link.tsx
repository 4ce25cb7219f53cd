"use client";

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { logOut } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";
import { visit } from "@/lib/api/navigate";
import type { Me } from "@/lib/api/types";

/** Says who is logged in, and lets them be somebody else on this same page. */
export function LogOutLink({ me }: { me: Me }) {
  const { mutate, isPending } = useMutation({
    mutationFn: logOut,
    onSuccess: () => visit(window.location.href),
    onError: (error) => toast.error(toApiError(error).message),
  });
  return (
    <>
      You are logged in as <span className="[overflow-wrap:anywhere]">{me.email}</span>.{" "}
      <button
        type="button"
        className="font-medium text-primary underline underline-offset-4"
        disabled={isPending}
        onClick={() => mutate()}
      >
        Log out
      </button>
    </>
  );
}
