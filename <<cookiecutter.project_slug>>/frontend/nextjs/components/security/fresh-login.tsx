"use client";

import { useState, type ReactNode } from "react";
import { ApiError, toApiError } from "@/lib/api/errors";
import { ReauthenticateDialog } from "./reauthenticate-dialog";

type Run = <T>(work: () => Promise<T>) => Promise<T>;

type Asking = { confirmed: () => void; refused: () => void };

/**
 * For what the backend does for a recent login only: `run` asks for the password where it has to, and then tries
 * again. Render `dialog` outside of any form, as it has one of its own.
 */
export function useFreshLogin(): { run: Run; dialog: ReactNode } {
  const [asking, setAsking] = useState<Asking | null>(null);

  async function run<T>(work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (!wantsFreshLogin(error)) throw error;
      await confirmation();
      return work();
    }
  }

  async function confirmation() {
    try {
      await new Promise<void>((resolve, reject) =>
        setAsking({ confirmed: resolve, refused: () => reject(new ApiError(unconfirmed, 0)) }),
      );
    } finally {
      setAsking(null);
    }
  }

  const dialog = asking && (
    <ReauthenticateDialog onDone={asking.confirmed} onClose={asking.refused} />
  );
  return { run, dialog };
}

/** The API says so by a code, the account endpoints by a 401 for somebody who is logged in. */
function wantsFreshLogin(error: unknown) {
  const { code, status, body } = toApiError(error);
  const meta = (body as { meta?: { is_authenticated?: boolean } } | null)?.meta;
  return code === "reauthentication_required" || (status === 401 && !!meta?.is_authenticated);
}

const unconfirmed = "Nothing was done, as you have not confirmed that it is you.";
