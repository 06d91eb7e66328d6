/** Which rows of a table are shown, and in which order. */
import { substringTest } from "../../../viewmodel/substring.ts";
import type { TableColumn } from "./column.ts";

export interface Sorting {
  readonly column: number;
  readonly isDescending: boolean;
}

export function firstSorting<Row>(columns: readonly TableColumn<Row>[], title: string | undefined): Sorting | null {
  const column = columns.findIndex((each) => each.title === title);
  return column < 0 ? null : { column, isDescending: isNumeric(columns[column]!) };
}

/** Numbers start with the largest, texts with A; the next click reverses the order. */
export function nextSorting<Row>(columns: readonly TableColumn<Row>[], sorting: Sorting | null, column: number): Sorting {
  if (sorting?.column === column) return { column, isDescending: !sorting.isDescending };
  return { column, isDescending: isNumeric(columns[column]!) };
}

function isNumeric<Row>({ kind }: TableColumn<Row>): boolean {
  return kind === "number" || kind === "bar";
}

export function filtered<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], filter: string): readonly Row[] {
  if (filter === "") return rows;
  const test = substringTest(filter);
  return rows.filter((row) => columns.some(({ text }) => test(text(row))));
}

export function sorted<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], sorting: Sorting | null): readonly Row[] {
  if (sorting === null) return rows;
  const { text, value = text } = columns[sorting.column]!;
  const sign = sorting.isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  return keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0)).map(({ row }) => row);
}
