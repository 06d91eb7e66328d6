import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

type Row = ImagePage["unneeded"][number];

const columns: readonly TableColumn<Row>[] = [
  { title: "Saves", kind: "number", text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
  { title: "What", text: ({ title }) => title },
  {
    title: "Where",
    kind: "wide",
    text: ({ where }) => where,
    cell: ({ where }) => (where.startsWith("/") ? <PathLink path={where} /> : where),
  },
  { title: "Advice", kind: "wide", text: ({ advice }) => advice },
];

export function UnneededSection({ data: { unneeded } }: { readonly data: ImagePage }) {
  if (unneeded.length === 0) return null;
  const bytes = unneeded.reduce((sum, row) => sum + row.bytes, 0);
  return (
    <Section id="unneeded" title="Not needed" note={`${formatBytes(bytes)} still in the final tree: caches, leftovers, what nothing needs`}>
      <Table label="Not needed" rows={unneeded} columns={columns} sortedBy="Saves" />
    </Section>
  );
}
