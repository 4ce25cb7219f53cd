"use client";

import { useMutation } from "@tanstack/react-query";
import { useFreshLogin } from "@/components/security/fresh-login";
import { toApiError } from "@/lib/api/errors";
import { Alert } from "./alert";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { toast } from "./toast";

type Props = {
  title: string;
  description: string;
  /** What the button says that does it. */
  action: string;
  /** Does it; an error that it throws is shown. */
  run: () => Promise<unknown>;
  /** What is said when it is done. */
  done: string;
  onClose: () => void;
};

/** Asks before something is done that cannot be taken back; for the password, too, where the backend wants it. */
export function ConfirmDialog({ title, description, action, run, done, onClose }: Props) {
  const freshLogin = useFreshLogin();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => freshLogin.run(run),
    onSuccess: () => {
      toast.success(done);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
    >
      {error && <Alert>{toApiError(error).message}</Alert>}
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="danger" busy={isPending} onClick={() => mutate()}>
          {action}
        </Button>
      </div>
      {freshLogin.dialog}
    </Dialog>
  );
}
