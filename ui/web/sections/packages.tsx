import type { ImagePage, PageOwner, PagePackage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, formatPercent } from "../../../src/terminal/format-bytes.ts";
import { Bar } from "../parts/bar.tsx";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

const packageColumns: readonly TableColumn<PagePackage>[] = [
  { title: "Package", kind: "wide", text: ({ name }) => name, cell: ({ name, location }) => <span title={location}>{name}</span> },
  { title: "Version", text: ({ version }) => version },
  { title: "Kind", text: ({ ecosystem }) => ecosystem },
  { title: "Own", kind: "number", text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
  {
    title: "With its",
    kind: "number",
    text: ({ bytesWithDependents }) => formatBytes(bytesWithDependents),
    value: ({ bytesWithDependents }) => bytesWithDependents,
  },
  { title: "Layer", kind: "number", text: ({ layer }) => String(layer), value: ({ layer }) => layer },
  { title: "Why", kind: "wide", text: ({ why }) => why },
];

const line: TableColumn<PagePackage> = { title: "Dockerfile", text: ({ dockerfile }) => dockerfile };

export function PackageSection({ data: { packages, owners, totals, madeOf } }: { readonly data: ImagePage }) {
  const shown = owners.filter(({ bytes }) => bytes > 0);
  const columns = packages.some(({ dockerfile }) => dockerfile !== "") ? packageColumns.toSpliced(6, 0, line) : packageColumns;
  return (
    <Section id="packages" title="Packages and owners" note={madeOf}>
      <h3>What every byte is for</h3>
      <Table label="Owners" rows={shown} columns={ownerColumns(shown, totals.finalBytes)} sortedBy="Bytes" />
      {packages.length > 0 && (
        <>
          <h3>Packages</h3>
          <p class="hint">“With its” counts what only this package brings along.</p>
          <Table label="Packages" rows={packages} columns={columns} sortedBy="Own" />
        </>
      )}
    </Section>
  );
}

function ownerColumns(owners: readonly PageOwner[], total: number): TableColumn<PageOwner>[] {
  const most = owners[0]?.bytes ?? 1;
  return [
    {
      title: "Owner",
      kind: "wide",
      text: ({ name }) => name,
      cell: ({ name, isPackage }) => (isPackage || !name.startsWith("/") ? name : <PathLink path={name} />),
    },
    {
      title: "Bytes",
      kind: "bar",
      text: ({ bytes }) => formatBytes(bytes),
      value: ({ bytes }) => bytes,
      cell: ({ bytes }) => (
        <>
          {formatBytes(bytes)}
          <Bar live={bytes} most={most} />
        </>
      ),
    },
    { title: "Share", kind: "number", text: ({ bytes }) => (total === 0 ? "" : formatPercent(bytes / total)), value: ({ bytes }) => bytes },
    { title: "Files", kind: "number", text: ({ files }) => formatCount(files), value: ({ files }) => files },
    { title: "Why", kind: "wide", text: ({ note }) => note },
  ];
}
