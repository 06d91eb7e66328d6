/** Dates as people and images write them, exactly as strict as Go, because engines refuse an image with any other date in its config. */

/** Milliseconds since 1970 of an RFC 3339 time (`2026-01-31T12:00:00+01:00`); null for anything else, such as the 30th of February. */
export function parseTime(text: string): number | null {
  const [, day] = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  return day !== undefined && parseDay(day) !== null ? Date.parse(text) : null;
}

/** Milliseconds since 1970 at the start of a day in UTC (`2027-01-31`); null for anything else. */
export function parseDay(text: string): number | null {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // For a Date, the 31st of a shorter month is a day of the next month.
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? date.getTime() : null;
}
