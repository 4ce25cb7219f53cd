const steps = [
  ["Sign up", "Tell us your name and your company's. Your workspace is ready at once."],
  ["Import", "Drop in the list you have. We tell you which rows were new and which were not."],
  ["Get going", "Search, add and change contacts from wherever you are."],
];

export function Steps() {
  return (
    <section className="border-y bg-surface">
      <div className="mx-auto max-w-6xl px-4 py-16 sm:px-6 sm:py-20">
        <h2 className="text-3xl font-semibold tracking-tight sm:text-4xl">
          Three steps, one coffee
        </h2>
        <ol className="mt-10 grid gap-8 md:grid-cols-3">
          {steps.map(([title, text], index) => (
            <li key={title} className="border-t-2 border-primary pt-5">
              <p className="text-sm font-medium text-primary">Step {index + 1}</p>
              <h3 className="mt-1 text-lg font-semibold">{title}</h3>
              <p className="mt-1.5 text-muted">{text}</p>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
