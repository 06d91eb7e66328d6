/** The line around a place of a text, and what it does with the path that stands there. */

/** True in the arguments of an `rm -f`, which does not mind what is gone already. */
export function isCleared(text: string, at: number): boolean {
  const line = text.slice(Math.max(0, at - 500), at);
  return /(?:^|[;&|\n({])\s*(?:sudo\s+)?rm\s+(?:-\w+\s+){0,3}-\w*f[^;&|\n]*$/.test(line);
}

/** The line around a place, as far as 500 bytes to both sides. */
export function lineAt(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 500), at);
  const behind = text.slice(at, at + 500);
  const end = behind.indexOf("\n");
  return before.slice(before.lastIndexOf("\n") + 1) + (end < 0 ? behind : behind.slice(0, end));
}
