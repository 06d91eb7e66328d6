/** Text of at most that many characters, the last an ellipsis where something was cut off: for messages. Terminals count columns instead. */
export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
