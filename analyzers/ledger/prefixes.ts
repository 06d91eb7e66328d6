/** Names of repositories, as the directories that they are read as. */

/** `a/`, `a/b/` of `a/b/c` and of `a/b/`. */
export function prefixesOf(name: string): string[] {
  const prefixes: string[] = [];
  for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) prefixes.push(name.slice(0, at + 1));
  return prefixes;
}

/** With its slash; "" for a name that has none. */
export function directoryOf(repository: string): string {
  return repository.slice(0, repository.lastIndexOf("/") + 1);
}

/** The longest directory that both lie below. */
export function commonDirectory(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return directoryOf(a.slice(0, length));
}
