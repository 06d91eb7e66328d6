/** A list of groups that open and close. Rows are found by group, without listing them all. */
import { ListCursor } from "../list-cursor.ts";

export interface Group<T> {
  /** Identifies the group when the list is refilled. */
  readonly key: string;
  readonly title: string;
  readonly bytes: number | null;
  /** How many items it has. */
  readonly size: number;
  /** Called only when the group is open. */
  items(): readonly T[];
}

export interface GroupRow<T, G extends Group<T> = Group<T>> {
  readonly group: G;
  readonly isOpen: boolean;
  /** Null for the row of the group itself. */
  readonly item: T | null;
}

export class GroupedList<T, G extends Group<T> = Group<T>> {
  readonly cursor = new ListCursor();
  #groups: readonly G[] = [];
  /** Keys of the groups that were toggled from their initial state. */
  readonly #turned = new Set<string>();
  readonly #beginOpen: boolean;

  constructor({ beginOpen = true } = {}) {
    this.#beginOpen = beginOpen;
  }

  get groups(): readonly G[] {
    return this.#groups;
  }

  setGroups(groups: readonly G[]): void {
    // Start on the first finding, not on its heading.
    const start = this.#groups.length === 0 && groups.length > 0 && this.#beginOpen ? 1 : this.cursor.index;
    this.#groups = groups;
    this.cursor.to(start, this.count);
  }

  get count(): number {
    let rows = 0;
    for (const group of this.#groups) rows += 1 + this.#rowsIn(group);
    return rows;
  }

  at(index: number): GroupRow<T, G> | null {
    let rest = index;
    for (const group of this.#groups) {
      const isOpen = this.#isOpen(group);
      if (rest === 0) return { group, isOpen, item: null };
      rest -= 1;
      const length = this.#rowsIn(group);
      if (rest < length) return { group, isOpen, item: group.items()[rest]! };
      rest -= length;
    }
    return null;
  }

  get selected(): GroupRow<T, G> | null {
    return this.at(this.cursor.index);
  }

  /** Opens or closes the group under the cursor, and moves the cursor to the group's row. */
  toggle(): void {
    const row = this.selected;
    if (row === null) return;
    if (!this.#turned.delete(row.group.key)) this.#turned.add(row.group.key);
    this.cursor.to(this.#indexOf(row.group), this.count);
  }

  setOpen(open: boolean): void {
    const row = this.selected;
    if (row !== null && row.isOpen !== open) this.toggle();
  }

  /** Moves the cursor to the row of a group. */
  toGroup(group: G): void {
    this.cursor.to(this.#indexOf(group), this.count);
  }

  /** Moves the cursor to the first group that passes the test. */
  selectGroup(test: (group: G) => boolean): void {
    const group = this.#groups.find(test);
    if (group !== undefined) this.cursor.to(this.#indexOf(group), this.count);
  }

  /** Opens the group of an item and moves the cursor to the item. */
  selectItem(item: T): void {
    for (const group of this.#groups) {
      const at = group.items().indexOf(item);
      if (at < 0) continue;
      if (!this.#isOpen(group) && !this.#turned.delete(group.key)) this.#turned.add(group.key);
      this.cursor.to(this.#indexOf(group) + 1 + at, this.count);
      return;
    }
  }

  /** Index of the first row that passes the test, starting at `from` and wrapping around; -1 when none does. */
  find(test: (row: GroupRow<T, G>) => boolean, from: number, step: 1 | -1): number {
    const rows: GroupRow<T, G>[] = [];
    for (const group of this.#groups) {
      const isOpen = this.#isOpen(group);
      rows.push({ group, isOpen, item: null });
      if (isOpen) for (const item of group.items()) rows.push({ group, isOpen, item });
    }
    for (let i = 0; i < rows.length; i += 1) {
      const index = (((from + i * step) % rows.length) + rows.length) % rows.length;
      if (test(rows[index]!)) return index;
    }
    return -1;
  }

  #isOpen({ key }: G): boolean {
    return this.#turned.has(key) !== this.#beginOpen;
  }

  #rowsIn(group: G): number {
    return this.#isOpen(group) ? group.items().length : 0;
  }

  #indexOf(wanted: G): number {
    let index = 0;
    for (const group of this.#groups) {
      if (group === wanted) break;
      index += 1 + this.#rowsIn(group);
    }
    return index;
  }
}
