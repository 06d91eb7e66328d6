/** Whether help is asked for anywhere on a command line. What follows `--` is a name, whatever it looks like. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}
