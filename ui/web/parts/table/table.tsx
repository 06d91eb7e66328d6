/** A table with sorting and a filter. Of a long one, only the visible rows are in the page. */
import { useMemo, useRef, useState } from "preact/hooks";

import { formatCount } from "../../../../src/terminal/format-bytes.ts";
import { CopyButton } from "../copy.tsx";
import { markdownRow } from "../markdown.ts";
import { usePrinting } from "../printing.ts";
import { filtered, firstSorting, nextSorting, sorted } from "./sorting.ts";
import type { Sorting } from "./sorting.ts";
import type { TableColumn } from "./column.ts";

export interface TableProps<Row> {
  /** What the table lists, for screen readers: "Layers". */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  /** Title of the column that it is first sorted by. When absent, rows keep their order. */
  readonly sortedBy?: string;
  readonly rowClass?: (row: Row) => string;
  /** No filter, because something else does the filtering. */
  readonly noFilter?: boolean;
}

/** Above this many rows, only the visible ones are in the page. */
const mostRows = 120;
const rowHeight = 34;
const bodyHeight = 544;
const spare = 12;
/** The most rows in print, which does not scroll. */
const mostPrinted = 200;

export function Table<Row>({ label, rows, columns, sortedBy, rowClass, noFilter = false }: TableProps<Row>) {
  const isPrinting = usePrinting();
  const [filter, setFilter] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>(() => firstSorting(columns, sortedBy));
  const [top, setTop] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => sorted(filtered(rows, columns, filter), columns, sorting), [rows, columns, filter, sorting]);
  const isVirtual = shown.length > mostRows && !isPrinting;
  const [first, end] = isVirtual ? rowsInSight(top, shown.length) : [0, isPrinting ? mostPrinted : shown.length];
  const toTop = (): void => {
    scroller.current?.scrollTo(0, 0);
    setTop(0);
  };
  const filterBy = (typed: string): void => {
    setFilter(typed);
    toTop();
  };
  const sortBy = (column: number): void => {
    setSorting(nextSorting(columns, sorting, column));
    toTop();
  };
  return (
    <div class={`table${isVirtual ? " virtual" : ""}`}>
      {!noFilter && rows.length > 8 && (
        <FilterField label={label} filter={filter} matching={shown.length} all={rows.length} onFilter={filterBy} />
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
          <HeaderRow columns={columns} sorting={sorting} onSort={sortBy} />
          <tbody>
            {first > 0 && <Gap rows={first} />}
            {shown.slice(first, end).map((row, at) => (
              <BodyRow key={first + at} row={row} columns={columns} number={first + at + 2} rowClass={rowClass?.(row)} isCut={isVirtual} />
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

/** The first row in the page and the one after the last, for a table scrolled down by `top` pixels. */
function rowsInSight(top: number, rows: number): readonly [first: number, end: number] {
  return [Math.max(0, Math.floor(top / rowHeight) - spare), Math.min(rows, Math.ceil((top + bodyHeight) / rowHeight) + spare)];
}

interface FilterFieldProps {
  /** What the table lists. */
  readonly label: string;
  readonly filter: string;
  readonly matching: number;
  readonly all: number;
  onFilter(typed: string): void;
}

function FilterField({ label, filter, matching, all, onFilter }: FilterFieldProps) {
  return (
    <div class="filter">
      <input
        type="search"
        placeholder="Filter"
        aria-label={`Filter ${label}`}
        value={filter}
        onInput={(event) => onFilter(event.currentTarget.value)}
      />
      <span role="status">{filter === "" ? `${formatCount(all)} rows` : `${formatCount(matching)} of ${formatCount(all)} rows`}</span>
    </div>
  );
}

interface HeaderRowProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly sorting: Sorting | null;
  onSort(column: number): void;
}

function HeaderRow<Row>({ columns, sorting, onSort }: HeaderRowProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ title, kind }, at) => {
          const isSorted = sorting?.column === at;
          return (
            <th key={title} scope="col" class={kind} aria-sort={!isSorted ? "none" : sorting.isDescending ? "descending" : "ascending"}>
              <button type="button" onClick={() => onSort(at)}>
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
  );
}

interface BodyRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
  /** Its number among all rows, of which the header is 1; not all of them are in the page. */
  readonly number: number;
  readonly rowClass: string | undefined;
  /** Whether cells are cut to one line, so that their titles need the whole text. */
  readonly isCut: boolean;
}

function BodyRow<Row>({ row, columns, number, rowClass, isCut }: BodyRowProps<Row>) {
  const asMarkdown = (): string =>
    markdownRow(
      columns.map(({ title }) => title),
      columns.map(({ text }) => text(row)),
    );
  return (
    <tr aria-rowindex={number} class={rowClass}>
      {columns.map((column) => (
        <td
          key={column.title}
          class={column.kind}
          data-title={column.title}
          title={isCut || column.kind === "short" ? column.text(row) : undefined}
        >
          {column.cell?.(row) ?? column.text(row)}
        </td>
      ))}
      <td class="actions">
        <CopyButton label="Copy row as Markdown" text={asMarkdown} />
      </td>
    </tr>
  );
}

function Gap({ rows }: { readonly rows: number }) {
  return <tr aria-hidden="true" class="gap" style={{ height: `${rows * rowHeight}px` }} />;
}
