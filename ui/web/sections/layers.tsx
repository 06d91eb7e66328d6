import type { ImagePage, PageLayer } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, plural } from "../../../src/terminal/format-bytes.ts";
import { Bar } from "../parts/bar.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table/table.tsx";
import type { TableColumn } from "../parts/table/column.ts";

export function LayerSection({ data: { layers, base } }: { readonly data: ImagePage }) {
  const baseNote =
    base.layers === 0 ? "" : `, the lowest ${base.layers} from the base image${base.reference === null ? "" : ` ${base.reference}`}`;
  return (
    <Section id="layers" title="Layers" note={`${plural(layers.length, "layer")}${baseNote}`}>
      <Table label="Layers" rows={layers} columns={columnsOf(layers)} rowClass={({ isBase }) => (isBase ? "base" : "")} />
    </Section>
  );
}

function columnsOf(layers: readonly PageLayer[]): TableColumn<PageLayer>[] {
  const most = Math.max(1, ...layers.map(({ bytes }) => bytes));
  const isCompressed = layers.some(({ compressedBytes }) => compressedBytes !== null);
  return [
    { title: "#", kind: "number", text: ({ index }) => String(index), value: ({ index }) => index },
    {
      title: "Bytes",
      kind: "bar",
      text: ({ bytes }) => formatBytes(bytes),
      value: ({ bytes }) => bytes,
      cell: ({ bytes, wastedBytes }) => (
        <>
          {formatBytes(bytes)}
          <Bar live={bytes - wastedBytes} wasted={wastedBytes} most={most} />
        </>
      ),
    },
    {
      title: "Wasted",
      kind: "number",
      text: ({ wastedBytes }) => (wastedBytes === 0 ? "" : formatBytes(wastedBytes)),
      value: ({ wastedBytes }) => wastedBytes,
    },
    ...(isCompressed
      ? [
          {
            title: "Compressed",
            kind: "number",
            text: ({ compressedBytes }: PageLayer) => (compressedBytes === null ? "" : formatBytes(compressedBytes)),
            value: ({ compressedBytes }: PageLayer) => compressedBytes ?? -1,
          } as const,
        ]
      : []),
    { title: "Entries", kind: "number", text: ({ entries }) => formatCount(entries), value: ({ entries }) => entries },
    ...(layers.some(({ dockerfile }) => dockerfile !== "")
      ? [{ title: "Dockerfile", text: ({ dockerfile }: PageLayer) => dockerfile }]
      : []),
    {
      title: "Command",
      kind: "wide",
      text: ({ command }) => command,
      cell: ({ command, createdBy, digest, isBase }) => (
        <>
          {isBase && <span class="tag">base</span>} <Command command={command} createdBy={createdBy} />
          <code class="digest">{digest.slice(0, 19)}</code>
        </>
      ),
    },
  ];
}

const shortCommand = 160;

/** A long command unfolds to its whole text. */
function Command({ command, createdBy }: { readonly command: string; readonly createdBy: string }) {
  if (command.length <= shortCommand && !createdBy.includes("\n")) return <code>{command}</code>;
  return (
    <details>
      <summary>
        <code>{command.slice(0, shortCommand)}…</code>
      </summary>
      <pre>{createdBy}</pre>
    </details>
  );
}
