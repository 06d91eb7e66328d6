/** Access to JSON written by others: no value is assumed to have the type it should have. */
import { PackageDataError } from "../data-error.ts";

export type Json = Readonly<Record<string, unknown>>;

/** @throws {PackageDataError} */
export function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    throw new PackageDataError("is not JSON");
  }
}

/** Null if it is not a JSON object. */
export function recordOf(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

export function stringOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The keys of a JSON object; empty for anything else. */
export function keysOf(value: unknown): string[] {
  return Object.keys(recordOf(value) ?? {});
}
