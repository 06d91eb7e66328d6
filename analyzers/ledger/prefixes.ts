/** Prefixes of repository names, read like directories. */

/** `a/`, `a/b/` of `a/b/c` and of `a/b/`. */
export function prefixesOf(name: string): string[] {
  const prefixes: string[] = [];
  for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) prefixes.push(name.slice(0, at + 1));
  return prefixes;
}

/** The directory with its slash; "" for a name without one. */
export function directoryOf(repository: string): string {
  return repository.slice(0, repository.lastIndexOf("/") + 1);
}

/** The longest directory that both are below. */
export function commonDirectory(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return directoryOf(a.slice(0, length));
}
