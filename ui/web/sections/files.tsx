/** The map of the files, with details of each. */
import { useCallback, useMemo, useState } from "preact/hooks";

import { wasteCauses } from "../../../src/report/html/page-data.ts";
import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../../src/terminal/format-bytes.ts";
import { EntryType, entryTypeNames } from "../../../src/tar/entry.ts";
import { formatMode, formatTime } from "../../viewmodel/documents/metadata.ts";
import { causeTitles } from "../../viewmodel/findings/waste-causes.ts";
import { Bar } from "../parts/bar.tsx";
import { Explorer } from "../parts/explorer.tsx";
import type { Found } from "../parts/search.ts";
import { nameColumn } from "../parts/name-column.tsx";
import { Section } from "../parts/section.tsx";
import type { TableColumn } from "../parts/table/column.ts";
import { useTheme } from "../parts/theme.ts";
import { useZoom } from "../parts/use-zoom.ts";
import type { ImageTree } from "../read/image-tree.ts";
import { coloringOf, modes } from "./coloring.ts";
import type { Mode } from "./coloring.ts";

interface FilesProps {
  readonly data: ImagePage;
  readonly tree: ImageTree;
}

export function FilesSection({ data, tree }: FilesProps) {
  const theme = useTheme();
  const { shape } = tree;
  const [at, zoom] = useZoom(shape);
  const [mode, setMode] = useState<Mode>("owner");
  const coloring = useMemo(() => coloringOf(mode, data, tree, theme), [mode, data, tree, theme]);
  const map = useMemo(
    () => ({
      childrenOf: (node: number) => shape.childrenOf(node),
      hasChildren: (node: number) => shape.hasChildren(node),
      size: (node: number) => tree.stored(node),
    }),
    [shape, tree],
  );
  const content = useCallback(
    (found: Found | null) => ({
      label: (node: number) => shape.names[node]!,
      note: (node: number) => formatBytes(tree.stored(node)),
      color: (node: number) => coloring.color(tree.largest[node]!),
      hatched: (node: number) => (tree.wasted[node] === 0 ? 0 : tree.wasted[node]! / tree.stored(node)),
      hatchColor: (node: number) => coloring.hatchColor(tree.largest[node]!),
      matches: found === null ? null : found.touches,
    }),
    [shape, tree, coloring],
  );
  const describe = (node: number): readonly string[] => [shape.path(node), ...factsOf(data, tree, node)];
  return (
    <Section
      id="files"
      title="Files"
      note={`${formatCount(tree.files[0]!)} files, ${formatBytes(tree.totalBytes)} stored; hatched is wasted`}
    >
      <Explorer<Mode>
        {...{ shape, map, at, zoom, modes, mode, setMode, content, describe }}
        legend={coloring.legend}
        columns={(open, isSearch) => columnsOf(data, tree, open, isSearch)}
        sortedBy="Stored"
        details={(node) => <FileFacts data={data} tree={tree} at={node} />}
      />
    </Section>
  );
}

function factsOf({ owners }: ImagePage, tree: ImageTree, at: number): string[] {
  const isDirectory = tree.shape.hasChildren(at);
  const owner = owners[tree.owners[at]!]?.name;
  return [
    `${formatBytes(tree.stored(at))} stored${tree.totalBytes > 0 ? `, ${formatPercent(tree.stored(at) / tree.totalBytes)}` : ""}`,
    ...(tree.wasted[at]! > 0 ? [`${formatBytes(tree.wasted[at]!)} wasted`] : []),
    ...(isDirectory ? [plural(tree.files[at]!, "file")] : []),
    ...(tree.isGone(at) ? ["not in the final tree"] : [`layer ${tree.layers[at]!}`]),
    ...(owner === undefined || isDirectory ? [] : [`owner ${owner}`]),
    ...(tree.isGone(at) || isDirectory ? [] : [formatTime(tree.times[at]!).slice(0, 10)]),
  ];
}

function columnsOf({ owners }: ImagePage, tree: ImageTree, open: (at: number) => void, isSearch: boolean): TableColumn<number>[] {
  const { shape } = tree;
  const most = tree.totalBytes;
  const isDirectory = (at: number): boolean => tree.type(at) === EntryType.directory;
  return [
    nameColumn({ shape, open, isSearch, isDirectory, isGone: (at) => tree.isGone(at) }),
    {
      title: "Stored",
      kind: "number",
      text: (at) => formatBytes(tree.stored(at)),
      value: (at) => tree.stored(at),
      cell: (at) => (
        <>
          {formatBytes(tree.stored(at))}
          <Bar live={tree.live[at]!} wasted={tree.wasted[at]!} most={most} />
        </>
      ),
    },
    {
      title: "Wasted",
      kind: "number",
      text: (at) => (tree.wasted[at] === 0 ? "" : formatBytes(tree.wasted[at]!)),
      value: (at) => tree.wasted[at]!,
    },
    { title: "Layer", kind: "number", text: (at) => (tree.isGone(at) ? "gone" : String(tree.layers[at])), value: (at) => tree.layers[at]! },
    { title: "Owner", kind: "short", text: (at) => owners[tree.owners[tree.largest[at]!]!]?.name ?? "" },
    {
      title: "Changed",
      kind: "date",
      text: (at) => (tree.isGone(at) ? "" : formatTime(tree.times[at]!).slice(0, 10)),
      value: (at) => tree.times[at]!,
    },
  ];
}

function FileFacts({ data, tree, at }: FilesProps & { readonly at: number }) {
  const stated = tree.stated(at);
  const target = tree.target(at);
  const first = tree.firstName(at);
  const type = tree.type(at);
  const owner = data.owners[tree.owners[at]!];
  const rows: (readonly [string, string])[] = [
    ["stored", formatBytes(tree.stored(at))],
    ...(stated === null
      ? []
      : ([
          ["type", entryTypeNames[type]],
          ["in the final tree", formatBytes(tree.live[at]!)],
          ["mode", formatMode(type, stated.mode)],
          ["owner", `${stated.uid}:${stated.gid}`],
          ["changed", `${formatTime(tree.times[at]!)} UTC`],
          ["layer", `${tree.layers[at]!}: ${data.layers[tree.layers[at]!]?.command ?? ""}`],
        ] as const)),
    ...(owner === undefined ? [] : [["belongs to", `${owner.name} (${owner.note})`] as const]),
    ...(target === null ? [] : [["points at", target] as const]),
    ...(first === null ? [] : [["hard link", `its bytes count at ${tree.shape.path(first)}`] as const]),
    ...(type === EntryType.directory ? [["holds", "nothing"] as const] : []),
  ];
  return (
    <div class="details">
      <h3 class="path">{tree.shape.path(at)}</h3>
      {stated === null && <p class="tag warn">Not in the final tree: all its bytes are wasted.</p>}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {tree.wasteAt(at).map(({ bytes, cause, layer, by }) => (
        <p key={`${layer} ${by}`} class="wasted">
          <b>{formatBytes(bytes)} wasted.</b> {causeTitles[wasteCauses[cause]!]}. Stored by <a href="#layers">layer {layer}</a>, useless
          since <a href="#layers">layer {by}</a>.
        </p>
      ))}
    </div>
  );
}
