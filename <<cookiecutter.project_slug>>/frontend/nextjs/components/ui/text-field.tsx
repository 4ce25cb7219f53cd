import { useId, type ComponentProps } from "react";
import { Input } from "./input";

type Props = ComponentProps<"input"> & { label: string; hint?: string; error?: string };

/** An input with its label, a hint, and what is wrong with it, tied together for screen readers. */
export function TextField({ label, hint, error, ...props }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {!props.required && <span className="font-normal text-muted"> (optional)</span>}
      </label>
      <Input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        {...props}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "text-sm text-danger" : "text-sm text-muted"}>
          {note}
        </p>
      )}
    </div>
  );
}
