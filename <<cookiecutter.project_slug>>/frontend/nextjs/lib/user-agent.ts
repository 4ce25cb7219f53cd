// In this order: browsers name those before them, too.
const browsers: [string, RegExp][] = [
  ["Edge", /Edg/],
  ["Opera", /OPR\//],
  ["Firefox", /Firefox|FxiOS/],
  ["Chrome", /Chrom|CriOS/],
  ["Safari", /Safari/],
];

const systems: [string, RegExp][] = [
  ["Windows", /Windows/],
  ["Android", /Android/],
  ["iOS", /iPhone|iPad/],
  ["macOS", /Mac OS/],
  ["Linux", /Linux/],
];

/** What people call the device that says so of itself, such as "Firefox on Windows". */
export function deviceOf(userAgent: string) {
  const browser = nameIn(browsers, userAgent);
  const system = nameIn(systems, userAgent);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? (userAgent || "Unknown device");
}

function nameIn(known: [string, RegExp][], userAgent: string) {
  return known.find(([, pattern]) => pattern.test(userAgent))?.[0];
}
