const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** Bytes in SI units with three significant digits, as Docker and dive print them: `999 B`, `1.02 MB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? "-" : "";
  let value = Math.abs(bytes);
  let unit = 0;
  // 999.5 kB would be rounded to 1000 kB.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${sign}${value.toFixed(unit === 0 ? 0 : digitsFor(value))} ${units[unit]}`;
}

/** How many digits after the point make three in all, once the value is rounded. */
function digitsFor(value: number): number {
  if (value >= 99.95) return 0;
  return value >= 9.995 ? 1 : 2;
}

/** A ratio as a percentage that is never rounded to a false claim: 0.99996 is `99.99 %`, not `100 %`. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  if (percent >= 100 || percent <= 0) return `${Math.round(percent)} %`;
  const digits = percent > 99 || percent < 1 ? 2 : 1;
  const scale = 10 ** digits;
  const rounded = percent > 50 ? Math.floor(percent * scale) / scale : Math.max(Math.round(percent * scale), 1) / scale;
  return `${rounded.toFixed(digits)} %`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 file`, `2 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
