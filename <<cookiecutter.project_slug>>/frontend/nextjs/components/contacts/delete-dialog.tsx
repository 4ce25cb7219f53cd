"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { useDeleteContact } from "@/lib/api/contacts";
import { toApiError } from "@/lib/api/errors";
import type { Contact } from "@/lib/api/types";

export function DeleteDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { mutate, isPending, error } = useDeleteContact();

  function confirm() {
    mutate(contact.id, {
      onSuccess: () => {
        toast.success("Contact deleted");
        onClose();
      },
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete contact?"
      description={`${contact.name} (${contact.email}) will be gone for good.`}
    >
      {error && <Alert>{toApiError(error).message}</Alert>}
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Keep
        </Button>
        <Button variant="danger" busy={isPending} onClick={confirm}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
