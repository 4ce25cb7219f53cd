"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { useSaveContact } from "@/lib/api/contacts";
import type { Contact } from "@/lib/api/types";
import { showErrors } from "@/lib/form-errors";

const schema = z.object({
  name: z.string().trim().min(1, "Enter a name."),
  email: z.email("Enter an email address, such as ann@company.com."),
  company: z.string().trim(),
  phone: z.string().trim(),
});

type Values = z.infer<typeof schema>;

/** Creates a contact, or changes the one it is given. */
export function ContactDialog({ contact, onClose }: { contact?: Contact; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={contact ? "Edit contact" : "New contact"}
    >
      <ContactForm contact={contact} onClose={onClose} />
    </Dialog>
  );
}

function ContactForm({ contact, onClose }: { contact?: Contact; onClose: () => void }) {
  const save = useSaveContact(contact?.id);
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: contact ?? { name: "", email: "", company: "", phone: "" },
  });
  const { errors, isSubmitting } = formState;

  async function submit(values: Values) {
    try {
      await save.mutateAsync(values);
      toast.success(contact ? "Contact saved" : "Contact created");
      onClose();
    } catch (error) {
      showErrors(error, ["name", "email", "company", "phone"], setError);
    }
  }

  return (
    <form noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
      {errors.root && <Alert>{errors.root.message}</Alert>}
      <TextField label="Name" required error={errors.name?.message} {...register("name")} />
      <TextField
        label="Email"
        type="email"
        required
        error={errors.email?.message}
        {...register("email")}
      />
      <TextField label="Company" error={errors.company?.message} {...register("company")} />
      <TextField label="Phone" type="tel" error={errors.phone?.message} {...register("phone")} />
      <div className="mt-2 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" busy={isSubmitting}>
          {contact ? "Save" : "Create"}
        </Button>
      </div>
    </form>
  );
}
