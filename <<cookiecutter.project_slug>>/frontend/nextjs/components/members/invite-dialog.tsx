"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import { useInvite } from "@/lib/api/members";
import { useRolesToInviteAs } from "@/lib/api/roles";
import { showErrors } from "@/lib/form-errors";
import { count } from "@/lib/format";
import { RoleField } from "./role-field";

const atOnce = 50;

const schema = z.object({
  emails: z.string().superRefine((text, context) => {
    const message = problemWith(addressesIn(text));
    if (message) context.addIssue({ code: "custom", message });
  }),
  role: z.string(),
});

type Values = z.infer<typeof schema>;

/** Addresses as people have them: one a line, or with commas or semicolons between. */
function addressesIn(text: string) {
  return text.split(/[\s,;]+/).filter(Boolean);
}

function problemWith(emails: string[]) {
  if (emails.length === 0) return "Enter an email address, such as ann@company.com.";
  if (emails.length > atOnce)
    return `Enter ${atOnce} addresses at most, and the others after that.`;
  const wrong = emails.find((email) => !z.email().safeParse(email).success);
  return wrong && `“${wrong}” is not an email address.`;
}

export function InviteDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Invite people"
      description="Each of them gets a mail with a link that is good for seven days."
    >
      <InviteForm onClose={onClose} />
    </Dialog>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const invite = useInvite();
  const roles = useRolesToInviteAs();
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    values: { emails: "", role: roles.preset },
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isSubmitting } = formState;

  async function submit({ emails, role }: Values) {
    const people = addressesIn(emails);
    try {
      // Somebody may be quicker than the roles that are loaded: the one that is shown counts.
      await invite.mutateAsync({ emails: people, role: role || roles.preset });
      toast.success(`${count(people.length, "invitation")} sent`);
      onClose();
    } catch (error) {
      showErrors(error, ["emails", "role"], setError);
    }
  }

  return (
    <form noValidate className="grid gap-4" onSubmit={handleSubmit(submit)}>
      {errors.root && <Alert>{errors.root.message}</Alert>}
      <Field
        label="Email addresses"
        hint="One a line, or with commas between."
        error={errors.emails?.message}
      >
        {(control) => <Textarea rows={4} {...control} {...register("emails")} />}
      </Field>
      <RoleField roles={roles.list} error={errors.role?.message} {...register("role")} />
      <div className="mt-2 flex justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" busy={isSubmitting}>
          Invite
        </Button>
      </div>
    </form>
  );
}
