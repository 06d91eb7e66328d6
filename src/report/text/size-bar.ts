import { padEnd } from "../../terminal/width.ts";

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A ratio from 0 to 1 as a bar, padded with spaces. */
export function sizeBar(ratio: number, columns: number): string {
  const parts = Math.round(ratio * columns * 8);
  return padEnd("█".repeat(Math.floor(parts / 8)) + eighths[parts % 8]!, columns);
}
