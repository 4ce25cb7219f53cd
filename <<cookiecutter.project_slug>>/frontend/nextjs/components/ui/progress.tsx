import { Progress as Base } from "@base-ui/react/progress";

type Props = {
  label: string;
  /** Percent; null while nobody knows how much there is to do. */
  value: number | null;
  /** What stands in the place of the percentage. */
  detail?: string;
};

export function Progress({ label, value, detail }: Props) {
  return (
    <Base.Root value={value} aria-valuetext={detail} className="grid gap-2">
      <div className="flex justify-between gap-4 text-sm">
        <Base.Label className="font-medium">{label}</Base.Label>
        <span className="text-muted tabular-nums">{detail}</span>
      </div>
      <Base.Track className="h-2.5 overflow-hidden rounded-full bg-sunken">
        <Base.Indicator className="h-full rounded-full bg-primary transition-[width] duration-300 data-indeterminate:w-1/3 data-indeterminate:animate-pulse" />
      </Base.Track>
    </Base.Root>
  );
}
