/** What one column of a table shows. */
import type { ComponentChildren } from "preact";

export interface TableColumn<Row> {
  readonly title: string;
  /** What is shown, filtered and copied. */
  text(row: Row): string;
  /** What it is sorted by, where that is not the text: numbers largest first. */
  value?(row: Row): number | string;
  /** Where more than text is shown. */
  cell?(row: Row): ComponentChildren;
  readonly kind?: "number" | "wide" | "bar" | "short" | "date";
}
