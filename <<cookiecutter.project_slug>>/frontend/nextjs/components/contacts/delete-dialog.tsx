"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useDeleteContact } from "@/lib/api/contacts";
import type { Contact } from "@/lib/api/types";

export function DeleteDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { mutateAsync } = useDeleteContact();
  return (
    <ConfirmDialog
      title="Delete contact?"
      description={`${contact.name} (${contact.email}) will be gone for good.`}
      action="Delete"
      run={() => mutateAsync(contact.id)}
      done="Contact deleted"
      onClose={onClose}
    />
  );
}
