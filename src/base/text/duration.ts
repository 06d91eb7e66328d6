const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 7 * 86_400e9,
};

/**
 * Milliseconds from a duration as Go and container tools write them: `1h30m`, `90s`, `1.5m`, `500ms`, and in addition days and weeks
 * (`2w`, `1d12h`); a bare number is seconds. Null when it is not a duration.
 */
export function parseDuration(text: string): number | null {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return Number(text) * 1000;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:[nuµμm]s|[smhdw]))+$/.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)([nuµμm]s|[smhdw])/g)) total += Number(number) * nanoseconds[unit!]!;
  return total / 1e6;
}
