const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds from text, as Go and the tools around containers write durations: `1h30m`, `90s`, `1.5m`, `500ms`; a bare number is seconds.
 * Null when it is none.
 */
export function parseDuration(text: string): number | null {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return Number(text) * 1000;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ms|[smh]))+$/.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|[smh])/g)) total += Number(number) * milliseconds[unit!]!;
  return total;
}
