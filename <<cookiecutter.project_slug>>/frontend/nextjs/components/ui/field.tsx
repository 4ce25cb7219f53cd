import { useId, type ReactNode } from "react";

type Control = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };

type Props = {
  label: string;
  optional?: boolean;
  hint?: string;
  error?: string;
  children: (control: Control) => ReactNode;
};

/** A control with its label, a hint, and what is wrong with it, tied together for screen readers. */
export function Field({ label, optional, hint, error, children }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {optional && <span className="font-normal text-muted"> (optional)</span>}
      </label>
      {children({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={error ? "text-sm text-danger" : "text-sm text-muted"}>
          {note}
        </p>
      )}
    </div>
  );
}
