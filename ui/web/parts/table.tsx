/** A table that sorts and filters; a long one only holds the rows that are in sight. */
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

import { substringTest } from "../../viewmodel/substring.ts";
import { formatCount } from "../../../src/terminal/format-bytes.ts";
import { CopyButton } from "./copy.tsx";
import { markdownRow } from "./markdown.ts";
import { usePrinting } from "./printing.ts";

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

export interface TableProps<Row> {
  /** What the table holds, for who cannot see it: "Layers". */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  /** Title of the column it is sorted by at first; without, rows stay as they come. */
  readonly sortedBy?: string;
  readonly rowClass?: (row: Row) => string;
  /** Filtering is left out where something else does it. */
  readonly noFilter?: boolean;
}

/** More rows than this are not all in the page. */
const mostRows = 120;
const rowHeight = 34;
const bodyHeight = 544;
const spare = 12;
/** On paper, which has no end. */
const mostPrinted = 200;

interface Sorting {
  readonly column: number;
  readonly isDescending: boolean;
}

export function Table<Row>({ label, rows, columns, sortedBy, rowClass, noFilter = false }: TableProps<Row>) {
  const isPrinting = usePrinting();
  const [filter, setFilter] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>(() => firstSorting(columns, sortedBy));
  const [top, setTop] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => sorted(filtered(rows, columns, filter), columns, sorting), [rows, columns, filter, sorting]);
  const isVirtual = shown.length > mostRows && !isPrinting;
  const first = isVirtual ? Math.max(0, Math.floor(top / rowHeight) - spare) : 0;
  const end = isVirtual
    ? Math.min(shown.length, Math.ceil((top + bodyHeight) / rowHeight) + spare)
    : isPrinting
      ? mostPrinted
      : shown.length;
  const toTop = (): void => {
    scroller.current?.scrollTo(0, 0);
    setTop(0);
  };
  const titles = columns.map(({ title }) => title);
  return (
    <div class={`table${isVirtual ? " virtual" : ""}`}>
      {!noFilter && rows.length > 8 && (
        <div class="filter">
          <input
            type="search"
            placeholder="Filter"
            aria-label={`Filter ${label}`}
            value={filter}
            onInput={(event) => {
              setFilter(event.currentTarget.value);
              toTop();
            }}
          />
          <span role="status">
            {filter === "" ? `${formatCount(rows.length)} rows` : `${formatCount(shown.length)} of ${formatCount(rows.length)} rows`}
          </span>
        </div>
      )}
      <div
        class="scroller"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={label}
        onScroll={(event) => isVirtual && setTop(event.currentTarget.scrollTop)}
      >
        <table aria-rowcount={shown.length + 1}>
          <caption class="hidden">{label}</caption>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ title, kind }, at) => {
                const isSorted = sorting?.column === at;
                return (
                  <th
                    key={title}
                    scope="col"
                    class={kind}
                    aria-sort={!isSorted ? "none" : sorting.isDescending ? "descending" : "ascending"}
                  >
                    <button
                      type="button"
                      onClick={() => {
                        setSorting(nextSorting(columns, sorting, at));
                        toTop();
                      }}
                    >
                      {title}
                      <span aria-hidden="true">{isSorted ? (sorting.isDescending ? " ↓" : " ↑") : ""}</span>
                    </button>
                  </th>
                );
              })}
              <th scope="col" class="actions">
                <span class="hidden">Copy</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {first > 0 && <Gap rows={first} />}
            {shown.slice(first, end).map((row, at) => (
              <tr key={first + at} aria-rowindex={first + at + 2} class={rowClass?.(row)}>
                {columns.map((column) => (
                  <td
                    key={column.title}
                    class={column.kind}
                    data-title={column.title}
                    title={isVirtual || column.kind === "short" ? column.text(row) : undefined}
                  >
                    {column.cell?.(row) ?? column.text(row)}
                  </td>
                ))}
                <td class="actions">
                  <CopyButton
                    label="Copy row as Markdown"
                    text={() =>
                      markdownRow(
                        titles,
                        columns.map(({ text }) => text(row)),
                      )
                    }
                  />
                </td>
              </tr>
            ))}
            {end < shown.length && isVirtual && <Gap rows={shown.length - end} />}
          </tbody>
        </table>
      </div>
      {isPrinting && shown.length > end && <p>and {formatCount(shown.length - end)} more</p>}
      {shown.length === 0 && <p class="none">Nothing matches.</p>}
    </div>
  );
}

function Gap({ rows }: { readonly rows: number }) {
  return <tr aria-hidden="true" class="gap" style={{ height: `${rows * rowHeight}px` }} />;
}

function firstSorting<Row>(columns: readonly TableColumn<Row>[], title: string | undefined): Sorting | null {
  const column = columns.findIndex((each) => each.title === title);
  return column < 0 ? null : { column, isDescending: isNumeric(columns[column]!) };
}

/** Numbers begin with the largest, texts with A; the next press turns that round. */
function nextSorting<Row>(columns: readonly TableColumn<Row>[], sorting: Sorting | null, column: number): Sorting {
  if (sorting?.column === column) return { column, isDescending: !sorting.isDescending };
  return { column, isDescending: isNumeric(columns[column]!) };
}

function isNumeric<Row>({ kind }: TableColumn<Row>): boolean {
  return kind === "number" || kind === "bar";
}

function filtered<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], filter: string): readonly Row[] {
  if (filter === "") return rows;
  const test = substringTest(filter);
  return rows.filter((row) => columns.some(({ text }) => test(text(row))));
}

function sorted<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], sorting: Sorting | null): readonly Row[] {
  if (sorting === null) return rows;
  const { text, value = text } = columns[sorting.column]!;
  const sign = sorting.isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  return keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0)).map(({ row }) => row);
}
