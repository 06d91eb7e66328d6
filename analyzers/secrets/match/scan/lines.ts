/** Lines of a text, found around an offset. */

/** Bytes around a secret in which a comment may allow it. */
export const contextBytes = 160;

/** The line of the text around an offset; of a secret of several lines, up to the end of its first. */
export function lineAround(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(Math.max(start, offset - contextBytes), end < 0 ? undefined : Math.min(end, offset + 4 * contextBytes));
}

/** Number of the line that holds an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
