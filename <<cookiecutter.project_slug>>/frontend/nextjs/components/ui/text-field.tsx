import type { ComponentProps } from "react";
import { Field } from "./field";
import { Input } from "./input";

type Props = ComponentProps<"input"> & { label: string; hint?: string; error?: string };

export function TextField({ label, hint, error, ...props }: Props) {
  return (
    <Field label={label} hint={hint} error={error} optional={!props.required}>
      {(control) => <Input {...control} {...props} />}
    </Field>
  );
}
