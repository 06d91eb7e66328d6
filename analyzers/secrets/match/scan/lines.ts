/** Finds lines of a text by offset. */

/** How many bytes around a secret are searched for a comment that allows it. */
export const contextBytes = 160;

/** The line at an offset; for a secret of several lines, up to the end of the first. */
export function lineAround(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(Math.max(start, offset - contextBytes), end < 0 ? undefined : Math.min(end, offset + 4 * contextBytes));
}

/** The number of the line at an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
