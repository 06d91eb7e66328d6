/** A lower-case text matches any case; a text with capitals only matches exactly. */
export function substringTest(text: string): (path: string) => boolean {
  if (text !== text.toLowerCase()) return (path) => path.includes(text);
  return (path) => path.toLowerCase().includes(text);
}
