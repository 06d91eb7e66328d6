/** Items by key, in their order; keys in the order of their first items. */
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

/** The groups of two or more items with the same key. Takes a fraction of `groupBy`'s memory where most keys have a single item. */
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
