"use client";

import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import { useCheckout, useConfirm } from "@/lib/api/billing";
import type { Order } from "@/lib/api/types";
import { pay, type Checkout } from "@/lib/checkout";

/** Begins a checkout, lets the person pay, and has it looked up what became of it. */
export function useBuy() {
  const { mutateAsync: begin } = useCheckout();
  const finish = useFinish();
  return useMutation({ mutationFn: async (order: Order) => finish(await begin(order)) });
}

/** Lets the person pay or approve something. True when they have. */
export function useFinish() {
  const { mutateAsync: confirm } = useConfirm();
  return async (checkout: Checkout) => {
    const brought = await pay(checkout);
    if (!brought) return false;
    await confirm(brought);
    toast.success("Your subscription is up to date");
    return true;
  };
}
