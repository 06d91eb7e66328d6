import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount } from "../../../src/terminal/format-bytes.ts";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

type Group = ImagePage["wasteGroups"][number];

const lines: TableColumn<Group> = { title: "Dockerfile", text: ({ dockerfile }) => dockerfile };

const columns: readonly TableColumn<Group>[] = [
  { title: "Wasted", kind: "number", text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
  { title: "Where", kind: "wide", text: ({ path }) => path, cell: ({ path }) => <PathLink path={path} /> },
  { title: "Files", kind: "number", text: ({ files }) => formatCount(files), value: ({ files }) => files },
  { title: "Cause", text: ({ cause }) => cause, cell: ({ cause }) => <span class="tag waste">{cause}</span> },
  {
    title: "Layers",
    text: ({ layer, supersededBy }) => (layer === supersededBy ? String(layer) : `${layer} → ${supersededBy}`),
    value: ({ layer }) => layer,
  },
  { title: "Advice", kind: "wide", text: ({ advice }) => advice },
];

export function WasteSection({ data: { wasteGroups, totals } }: { readonly data: ImagePage }) {
  if (wasteGroups.length === 0) return null;
  const shown = wasteGroups.some(({ dockerfile }) => dockerfile !== "") ? columns.toSpliced(5, 0, lines) : columns;
  return (
    <Section id="waste" title="Waste" note={`${formatBytes(totals.wastedBytes)} that no container sees`}>
      <Table label="Waste" rows={wasteGroups} columns={shown} sortedBy="Wasted" />
    </Section>
  );
}
