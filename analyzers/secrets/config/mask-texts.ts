import type { Redactor } from "./redactor.ts";

/** A copy of plain data with the secrets in all its texts masked. Each value is examined with its key, which may be what reveals it. */
export function maskTexts<T>(value: T, redact: Redactor, key = ""): T {
  if (typeof value === "string") {
    const prefix = key === "" ? "" : `${key}=`;
    const masked = redact(`${prefix}${value}`);
    return (masked.startsWith(prefix) ? masked.slice(prefix.length) : redact(value)) as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => maskTexts(item, redact)) as T;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskTexts(item as unknown, redact, name)])) as T;
  return value;
}
