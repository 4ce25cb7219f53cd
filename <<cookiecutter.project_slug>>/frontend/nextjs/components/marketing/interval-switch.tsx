import type { Interval } from "@/lib/api/types";

type Props = { value: Interval; onChange: (interval: Interval) => void };

const intervals: [Interval, string][] = [
  ["month", "Monthly"],
  ["year", "Yearly"],
];

/** How often somebody pays. */
export function IntervalSwitch({ value, onChange }: Props) {
  return (
    <fieldset className="flex w-fit gap-1 rounded-xl border bg-sunken p-1">
      <legend className="sr-only">How you pay</legend>
      {intervals.map(([interval, label]) => (
        <label
          key={interval}
          className="cursor-pointer rounded-lg px-5 py-2 text-sm font-medium text-muted transition-colors has-checked:bg-surface has-checked:text-text has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-primary"
        >
          <input
            type="radio"
            name="interval"
            className="sr-only"
            checked={value === interval}
            onChange={() => onChange(interval)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
