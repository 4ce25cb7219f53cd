import { ChevronDown } from "lucide-react";

const questions = [
  [
    "Can I try it without paying?",
    "Yes. The free plan has no end date, and you do not need a card to start.",
  ],
  [
    "Can other companies see our contacts?",
    "No. Each company's data are kept apart, and every request is checked against that.",
  ],
  [
    "What happens to rows that cannot be imported?",
    "They are listed with their line and the reason, so you can put them right and import them again.",
  ],
  ["Can I belong to more than one company?", "Yes, with the same email address and password."],
];

export function Questions() {
  return (
    <section className="mx-auto grid max-w-6xl gap-10 px-4 py-16 sm:px-6 sm:py-24 lg:grid-cols-[1fr_1.6fr]">
      <h2 className="text-3xl font-semibold tracking-tight sm:text-4xl">Questions people ask</h2>
      <div className="divide-y border-y">
        {questions.map(([question, answer]) => (
          <details key={question} className="group">
            <summary className="flex list-none items-center justify-between gap-4 rounded-lg py-5 font-medium [&::-webkit-details-marker]:hidden">
              {question}
              <ChevronDown
                className="size-5 shrink-0 text-muted transition-transform group-open:rotate-180"
                aria-hidden="true"
              />
            </summary>
            <p className="pb-5 text-muted">{answer}</p>
          </details>
        ))}
      </div>
    </section>
  );
}
