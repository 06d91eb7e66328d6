/** Text cut to at most `most` characters, including an ellipsis, for messages. For terminals, which count columns, see `truncate`. */
export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
