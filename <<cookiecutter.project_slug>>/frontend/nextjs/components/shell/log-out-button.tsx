"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { logOut } from "@/lib/api/auth";
import { toApiError } from "@/lib/api/errors";
import { visit } from "@/lib/api/navigate";

export function LogOutButton() {
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: logOut,
    onSuccess: () => {
      client.clear();
      visit("/login");
    },
    onError: (error) => toast.error(toApiError(error).message),
  });
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label="Log out"
      busy={isPending}
      onClick={() => mutate()}
    >
      {!isPending && <LogOut aria-hidden="true" />}
    </Button>
  );
}
