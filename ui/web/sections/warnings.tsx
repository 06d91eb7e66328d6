import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { plural } from "../../../src/terminal/format-bytes.ts";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

interface Row {
  readonly code: string;
  readonly message: string;
  readonly layer?: number;
  readonly path?: string;
}

const columns: readonly TableColumn<Row>[] = [
  { title: "Code", text: ({ code }) => code, cell: ({ code }) => <span class="tag warn">{code}</span> },
  { title: "Layer", kind: "number", text: ({ layer }) => (layer === undefined ? "" : String(layer)), value: ({ layer }) => layer ?? -1 },
  { title: "Path", kind: "wide", text: ({ path }) => path ?? "", cell: ({ path }) => (path === undefined ? "" : <PathLink path={path} />) },
  { title: "Message", kind: "wide", text: ({ message }) => message },
];

export function WarningSection({ data: { warnings, incomplete } }: { readonly data: ImagePage }) {
  const rows: Row[] = [
    ...warnings,
    ...incomplete.map(({ what, reason, ...place }) => ({ ...place, code: `${what} not read whole`, message: reason })),
  ];
  if (rows.length === 0) return null;
  return (
    <Section id="warnings" title="Warnings" note={plural(rows.length, "warning")}>
      <Table label="Warnings" rows={rows} columns={columns} />
    </Section>
  );
}
