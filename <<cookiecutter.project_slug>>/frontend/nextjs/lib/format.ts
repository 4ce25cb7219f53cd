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

/** An amount in the currency's smallest unit, such as cents, as a person reads it: "$19" or "$19.50". */
export function formatMoney(amount: number, currency: string) {
  const whole = amount % 100 === 0;
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 2,
  }).format(amount / 100);
}
