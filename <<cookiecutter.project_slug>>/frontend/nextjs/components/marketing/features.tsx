import { FileUp, Gauge, LockKeyhole, Search, ShieldCheck, Smartphone } from "lucide-react";

const features = [
  {
    icon: ShieldCheck,
    title: "A place of your own",
    text: "What belongs to your company is kept apart from everybody else's, always.",
  },
  {
    icon: FileUp,
    title: "Bring your list",
    text: "Import thousands of contacts from a CSV file and see every row accounted for.",
  },
  {
    icon: Search,
    title: "Found in a moment",
    text: "Type a part of a name, an address or a company. That is all it takes.",
  },
  {
    icon: LockKeyhole,
    title: "Safe by default",
    text: "Sessions that renew themselves and end when you say so, on every device.",
  },
  {
    icon: Smartphone,
    title: "Desk or phone",
    text: "The same app on both, laid out for the screen you have in front of you.",
  },
  {
    icon: Gauge,
    title: "Quick all day",
    text: "Big jobs run in the background while you go on with your work.",
  },
];

export function Features() {
  return (
    <section className="mx-auto max-w-6xl px-4 py-16 sm:px-6 sm:py-24">
      <h2 className="max-w-xl text-3xl font-semibold tracking-tight sm:text-4xl">
        Everything in its place, nothing in your way
      </h2>
      <ul className="mt-12 grid gap-x-10 gap-y-10 sm:grid-cols-2 lg:grid-cols-3">
        {features.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <span className="grid size-11 place-items-center rounded-xl bg-soft text-on-soft">
              <Icon className="size-5" aria-hidden="true" />
            </span>
            <h3 className="mt-4 font-semibold">{title}</h3>
            <p className="mt-1.5 text-muted">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
