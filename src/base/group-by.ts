/** Items by key, in the order they come; keys in the order they come first. */
export function groupBy<T, Key>(items: Iterable<T>, keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Groups of at least two items of one key. Where most keys stand alone it takes a fraction of `groupBy`'s memory. */
export function groupsOfSeveral<T>(items: Iterable<T>, keyOf: (item: T) => unknown): T[][] {
  const firsts = new Map<unknown, T>();
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group !== undefined) group.push(item);
    else if (firsts.has(key)) groups.set(key, [firsts.get(key)!, item]);
    else firsts.set(key, item);
  }
  return [...groups.values()];
}
