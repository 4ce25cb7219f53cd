import { randomUUID } from "node:crypto";

export const rows = { total: 10_000, duplicates: 200, bad: 30, created: 9_770 };

/**
 * A file as people have them: byte order mark, Windows line ends, quoted commas, quotes and line breaks in
 * fields, columns in an order of its own; with rows that are no contacts and rows that are there twice.
 * `lineOfFirstBad` is the line in the file where the first bad row starts.
 */
export function contactsCsv() {
  const run = randomUUID().slice(0, 8);
  const good = Array.from({ length: rows.created }, (_, index) => goodRow(run, index));
  const repeated = good.slice(0, rows.duplicates).map((row) => row.replace("Person", "Twin"));
  const bad = Array.from({ length: rows.bad }, (_, index) => badRow(run, index));
  // The bad rows stand among the good ones, the repeated ones after them all.
  const mixed = [...good.slice(0, 5_000), ...bad, ...good.slice(5_000), ...repeated];
  const before = ["Company,Name,EMAIL,phone", ...good.slice(0, 5_000)].join("\r\n") + "\r\n";
  return {
    run,
    lineOfFirstBad: before.split("\r\n").join("\n").split("\n").length,
    buffer: Buffer.from("\uFEFF" + ["Company,Name,EMAIL,phone", ...mixed].join("\r\n") + "\r\n"),
  };
}

function goodRow(run: string, index: number) {
  const company = index % 10 === 0 ? `"Stone, ""Sons"" & Co"` : "Stone";
  const phone = index % 25 === 0 ? `"+1 555 0100\next. 7"` : "+1 555 0100";
  return `${company},Person ${index} ${run},person${index}-${run}@example.com,${phone}`;
}

function badRow(run: string, index: number) {
  return index % 2 === 0
    ? `Stone,Nowhere ${index} ${run},not-an-address,`
    : `Stone,,nameless${index}-${run}@example.com,`;
}
