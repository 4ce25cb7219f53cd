const integer = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const minute = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function formatNumber(value: number) {
  return integer.format(value);
}

/** An ISO timestamp as a date a person reads, such as "3 Nov 2026". */
export function formatDate(iso: string) {
  return day.format(new Date(iso));
}

/** An ISO timestamp with the time of day, such as "3 Nov 2026, 10:00 AM". */
export function formatTime(iso: string) {
  return minute.format(new Date(iso));
}

/** "1 contact", "2 contacts". */
export function count(value: number, singular: string, plural = `${singular}s`) {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
}
