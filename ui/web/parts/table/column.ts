/** What one column of a table shows. */
import type { ComponentChildren } from "preact";

export interface TableColumn<Row> {
  readonly title: string;
  /** What is shown, filtered and copied. */
  text(row: Row): string;
  /** The sort key, if it is not the text; numbers are sorted largest first. */
  value?(row: Row): number | string;
  /** Set when more than text is shown. */
  cell?(row: Row): ComponentChildren;
  readonly kind?: "number" | "wide" | "bar" | "short" | "date";
}
