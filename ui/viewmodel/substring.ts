/** What small letters find, capitals find too; a capital only itself. */
export function substringTest(text: string): (path: string) => boolean {
  if (text !== text.toLowerCase()) return (path) => path.includes(text);
  return (path) => path.toLowerCase().includes(text);
}
