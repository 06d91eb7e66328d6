/** A list in groups that open and close. Rows are found by group, never listed. */
import { ListCursor } from "./list-cursor.ts";

export interface Group<T> {
  /** Identifies the group when the list is filled again. */
  readonly key: string;
  readonly title: string;
  readonly bytes: number | null;
  readonly items: readonly T[];
  /** How many there are, where listing them costs something; else as many as `items`. */
  readonly count?: number;
}

export interface GroupRow<T> {
  readonly group: Group<T>;
  readonly isOpen: boolean;
  /** Null for the group's own row. */
  readonly item: T | null;
}

export class GroupedList<T> {
  readonly cursor = new ListCursor();
  #groups: readonly Group<T>[] = [];
  readonly #closed = new Set<string>();

  get groups(): readonly Group<T>[] {
    return this.#groups;
  }

  /** `closed`: groups that were not there before begin closed. */
  setGroups(groups: readonly Group<T>[], begin: "open" | "closed" = "open"): void {
    const known = new Set(this.#groups.map(({ key }) => key));
    if (begin === "closed") for (const { key } of groups) if (!known.has(key)) this.#closed.add(key);
    // Begin on the first finding, not on its heading.
    const start = this.#groups.length === 0 && groups.length > 0 && begin === "open" ? 1 : this.cursor.index;
    this.#groups = groups;
    this.cursor.to(start, this.count);
  }

  get count(): number {
    let rows = 0;
    for (const group of this.#groups) rows += 1 + (this.#closed.has(group.key) ? 0 : group.items.length);
    return rows;
  }

  at(index: number): GroupRow<T> | null {
    let rest = index;
    for (const group of this.#groups) {
      const isOpen = !this.#closed.has(group.key);
      if (rest === 0) return { group, isOpen, item: null };
      rest -= 1;
      const length = isOpen ? group.items.length : 0;
      if (rest < length) return { group, isOpen, item: group.items[rest]! };
      rest -= length;
    }
    return null;
  }

  get selected(): GroupRow<T> | null {
    return this.at(this.cursor.index);
  }

  /** Opens or closes the group the cursor is in; the cursor goes to the group's row. */
  toggle(): void {
    const row = this.selected;
    if (row === null) return;
    if (!this.#closed.delete(row.group.key)) this.#closed.add(row.group.key);
    this.toGroup(row.group);
  }

  /** The cursor goes to the group's own row. */
  toGroup(wanted: Group<T>): void {
    let index = 0;
    for (const group of this.#groups) {
      if (group === wanted) break;
      index += 1 + (this.#closed.has(group.key) ? 0 : group.items.length);
    }
    this.cursor.to(index, this.count);
  }

  setOpen(open: boolean): void {
    const row = this.selected;
    if (row !== null && row.isOpen !== open) this.toggle();
  }

  /** The next group whose heading passes, in a direction from the cursor's on and around the end; null when none does. */
  findGroup(test: (group: Group<T>) => boolean, step: 1 | -1, includeCurrent: boolean): Group<T> | null {
    const groups = this.#groups;
    const here = this.selected === null ? 0 : groups.indexOf(this.selected.group);
    for (let i = includeCurrent ? 0 : 1; i <= groups.length; i += 1) {
      const group = groups[(((here + i * step) % groups.length) + groups.length) % groups.length];
      if (group !== undefined && test(group)) return group;
    }
    return null;
  }

  /** Index of the first row whose item passes, from `from` on in a direction, around the end; -1 when none does. */
  find(test: (item: T) => boolean, from: number, step: 1 | -1): number {
    const { count } = this;
    for (let i = 0; i < count; i += 1) {
      const index = (((from + i * step) % count) + count) % count;
      const item = this.at(index)?.item;
      if (item !== null && item !== undefined && test(item)) return index;
    }
    return -1;
  }
}
