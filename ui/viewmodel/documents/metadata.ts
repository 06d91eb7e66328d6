/** Metadata in the form of `ls -l`. */
import { EntryType } from "../../../src/tar/entry.ts";

const letters = "-hlcbdp";

/** `-rwxr-sr-x`. */
export function formatMode(type: EntryType, mode: number): string {
  const letter = type === EntryType.hardlink ? "-" : (letters[type] ?? "?");
  const triple = (bits: number, special: boolean, small: string): string =>
    `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${special ? (bits & 1 ? small : small.toUpperCase()) : bits & 1 ? "x" : "-"}`;
  return `${letter}${triple(mode >> 6, (mode & 0o4000) !== 0, "s")}${triple(mode >> 3, (mode & 0o2000) !== 0, "s")}${triple(mode, (mode & 0o1000) !== 0, "t")}`;
}

/** `2024-05-01 12:00:00`, in UTC; out-of-range times as their number. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().slice(0, 19).replace("T", " ");
}
