import type { DiffPage } from "../../../src/report/html/page-data.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import { PathLink, Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";
import type { DiffTree } from "../read/diff-tree.ts";

export function signedBytes(bytes: number): string {
  return bytes === 0 ? "±0" : bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

interface WithData {
  readonly data: DiffPage;
}

type PackageRow = DiffPage["packages"][number];
const growth = ({ bytesBefore, bytesAfter }: PackageRow): number => bytesAfter - bytesBefore;

const packageColumns: readonly TableColumn<PackageRow>[] = [
  { title: "Grew by", kind: "number", text: (row) => signedBytes(growth(row)), value: growth },
  { title: "Package", kind: "wide", text: ({ name }) => name },
  { title: "Kind", text: ({ manager }) => manager },
  { title: "Change", text: ({ change }) => change, cell: ({ change }) => <span class={`tag ${change}`}>{change}</span> },
  { title: "Before", text: ({ before }) => before.join(", ") },
  { title: "After", text: ({ after }) => after.join(", ") },
];

export function ChangedPackages({ data: { packages } }: WithData) {
  if (packages.length === 0) return null;
  return (
    <Section id="packages" title="Packages" note={plural(packages.length, "change")}>
      <Table label="Packages" rows={packages} columns={packageColumns} sortedBy="Grew by" />
    </Section>
  );
}

export function ChangedFiles({ tree }: { readonly tree: DiffTree }) {
  const { shape } = tree;
  const rows = Array.from({ length: shape.count }, (_, at) => at).filter((at) => tree.change(at) !== "within" && !shape.hasChildren(at));
  if (rows.length === 0) return null;
  const columns: TableColumn<number>[] = [
    { title: "Grew by", kind: "number", text: (at) => signedBytes(tree.growth(at)), value: (at) => tree.growth(at) },
    { title: "Path", kind: "wide", text: (at) => shape.path(at), cell: (at) => <PathLink path={shape.path(at)} /> },
    { title: "Change", text: (at) => tree.change(at), cell: (at) => <span class={`tag ${tree.change(at)}`}>{tree.change(at)}</span> },
    { title: "What", text: (at) => tree.what(at).join(", ") },
    { title: "Before", kind: "number", text: (at) => formatBytes(tree.before[at]!), value: (at) => tree.before[at]! },
    { title: "After", kind: "number", text: (at) => formatBytes(tree.after[at]!), value: (at) => tree.after[at]! },
  ];
  return (
    <Section id="paths" title="Largest changes" note={`${plural(rows.length, "path")} without the directories that hold them`}>
      <Table label="Changed paths" rows={rows} columns={columns} sortedBy="Grew by" />
    </Section>
  );
}

type LayerRow = NonNullable<DiffPage["layers"]>["after"][number] & { readonly side: string };

const layerColumns: readonly TableColumn<LayerRow>[] = [
  { title: "Side", text: ({ side }) => side },
  { title: "#", kind: "number", text: ({ index }) => String(index), value: ({ index }) => index },
  { title: "Bytes", kind: "number", text: ({ bytes }) => formatBytes(bytes), value: ({ bytes }) => bytes },
  {
    title: "Compressed",
    kind: "number",
    text: ({ compressedBytes }) => (compressedBytes === null ? "" : formatBytes(compressedBytes)),
    value: ({ compressedBytes }) => compressedBytes ?? -1,
  },
  { title: "Shared", text: ({ shared }) => (shared ? "shared" : "") },
  { title: "Command", kind: "wide", text: ({ createdBy }) => createdBy, cell: ({ createdBy }) => <code>{createdBy}</code> },
];

export function ChangedLayers({ data: { layers } }: WithData) {
  if (layers === null) return null;
  const shared = layers.after.filter((layer) => layer.shared).length;
  // A layer that both images have is listed once.
  const rows = [
    ...layers.before.filter((layer) => !layer.shared).map((layer) => ({ ...layer, side: "before" })),
    ...layers.after.map((layer) => ({ ...layer, side: layer.shared ? "both" : "after" })),
  ];
  return (
    <Section
      id="layers"
      title="Layers"
      note={`${shared} of ${plural(layers.after.length, "layer")} shared; ${formatBytes(layers.pull.bytes)} to pull`}
    >
      <Table label="Layers" rows={rows} columns={layerColumns} />
    </Section>
  );
}

type LineRow = DiffPage["lines"][number];

const lineColumns: readonly TableColumn<LineRow>[] = [
  { title: "Line", text: ({ line }) => line },
  ...(["Before", "After"] as const).map((title) => {
    const bytes = (row: LineRow): number | null => row[`bytes${title}`];
    return {
      title,
      kind: "number" as const,
      text: (row: LineRow) => (bytes(row) === null ? "" : formatBytes(bytes(row)!)),
      value: (row: LineRow) => bytes(row) ?? -1,
    };
  }),
  { title: "Instruction", kind: "wide", text: ({ text }) => text, cell: ({ text }) => <code>{text}</code> },
];

/** Lines of the Dockerfile, if one was given. */
export function ChangedLines({ data: { lines } }: WithData) {
  if (lines.length === 0) return null;
  return (
    <Section id="lines" title="Dockerfile" note={`${plural(lines.length, "instruction")} whose layers differ`}>
      <Table label="Lines of the Dockerfile" rows={lines} columns={lineColumns} />
    </Section>
  );
}

interface ConfigRow {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const configColumns: readonly TableColumn<ConfigRow>[] = [
  { title: "Field", text: ({ field }) => field },
  { title: "Before", kind: "wide", text: ({ before }) => before ?? "none", cell: ({ before }) => <code>{before ?? "none"}</code> },
  { title: "After", kind: "wide", text: ({ after }) => after ?? "none", cell: ({ after }) => <code>{after ?? "none"}</code> },
];

export function ChangedConfig({ data: { config, history } }: WithData) {
  if (config.length + history.length === 0) return null;
  const rows = [
    ...config,
    ...history.map(({ change, text }) => ({
      field: "history",
      before: change === "removed" ? text : null,
      after: change === "added" ? text : null,
    })),
  ];
  return (
    <Section id="config" title="Config and history" note={plural(rows.length, "change")}>
      <Table label="Config and history" rows={rows} columns={configColumns} />
    </Section>
  );
}

export function ChangedTexts({ data: { texts } }: WithData) {
  if (texts.length === 0) return null;
  return (
    <Section id="texts" title="Changed lines">
      {texts.map(({ path, patch, reason }) => (
        <details key={path} open={texts.length <= 5}>
          <summary>
            <PathLink path={path} />
          </summary>
          {patch === null ? <p>{reason}</p> : <Patch patch={patch} />}
        </details>
      ))}
    </Section>
  );
}

function Patch({ patch }: { readonly patch: string }) {
  const kindOf = (line: string): string =>
    /^(?:\+\+\+|---)/.test(line) ? "" : line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : "";
  return (
    <pre class="patch">
      {patch.split("\n").map((line, at) => (
        <span key={at} class={kindOf(line)}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
