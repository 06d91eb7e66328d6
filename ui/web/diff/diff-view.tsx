/** The page that compares two images. */
import { useCallback, useMemo } from "preact/hooks";

import type { DiffPage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, plural } from "../../../src/terminal/format-bytes.ts";
import { Explorer, NodeFacts } from "../parts/explorer.tsx";
import { nameColumn } from "../parts/name-column.tsx";
import { Figures, Foot, Frame } from "../parts/navigation.tsx";
import type { Found } from "../parts/search.ts";
import { Section } from "../parts/section.tsx";
import type { TableColumn } from "../parts/table/column.ts";
import { useTheme } from "../parts/theme.ts";
import { useZoom } from "../parts/use-zoom.ts";
import type { DiffTree } from "../read/diff-tree.ts";
import { Mark } from "../sections/head.tsx";
import { growthColor } from "../treemap/colors.ts";
import { ChangedConfig, ChangedFiles, ChangedLayers, ChangedLines, ChangedPackages, ChangedTexts, signedBytes } from "./diff-sections.tsx";

interface DiffProps {
  readonly data: DiffPage;
  readonly tree: DiffTree;
}

export function DiffView({ data, tree }: DiffProps) {
  const places = [
    { id: "files", title: "Files", count: formatCount(tree.paths[0]!) },
    ...(data.packages.length === 0 ? [] : [{ id: "packages", title: "Packages", count: formatCount(data.packages.length) }]),
    { id: "paths", title: "Largest changes" },
    ...(data.layers === null ? [] : [{ id: "layers", title: "Layers" }]),
    ...(data.lines.length === 0 ? [] : [{ id: "lines", title: "Dockerfile", count: formatCount(data.lines.length) }]),
    ...(data.config.length + data.history.length === 0
      ? []
      : [{ id: "config", title: "Config", count: formatCount(data.config.length + data.history.length) }]),
    ...(data.texts.length === 0 ? [] : [{ id: "texts", title: "Lines", count: formatCount(data.texts.length) }]),
  ];
  return (
    <Frame head={<DiffHead data={data} />} places={places}>
      <GrowthMap data={data} tree={tree} />
      <ChangedPackages data={data} />
      <ChangedFiles tree={tree} />
      <ChangedLayers data={data} />
      <ChangedLines data={data} />
      <ChangedConfig data={data} />
      <ChangedTexts data={data} />
      {data.warnings.length > 0 && (
        <Section id="warnings" title="Warnings">
          <ul>
            {data.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      <Foot tool={data.tool} made={data.made} />
    </Frame>
  );
}

function DiffHead({ data: { before, after, files, counts, layers } }: { readonly data: DiffPage }) {
  const grown = files.bytesAfter - files.bytesBefore;
  return (
    <header>
      <h1>
        <Mark /> {before.name} <span class="arrow">→</span> {after.name}
      </h1>
      <p class="facts">
        <span>{before.platform === after.platform ? after.platform : `${before.platform} → ${after.platform}`}</span>
      </p>
      <Figures
        figures={[
          { label: "Before", value: formatBytes(files.bytesBefore), note: "final tree" },
          { label: "After", value: formatBytes(files.bytesAfter), note: "final tree" },
          {
            label: "Change",
            value: signedBytes(grown),
            note: grown > 0 ? "grew" : grown < 0 ? "shrank" : "the same",
            ...(grown > 0 ? { tone: "waste" as const } : grown < 0 ? { tone: "good" as const } : {}),
          },
          {
            label: "Paths",
            value: formatCount(counts.added + counts.removed + counts.changed),
            note: `${counts.added} added, ${counts.removed} removed, ${counts.changed} changed`,
          },
          ...(layers === null
            ? []
            : [
                {
                  label: "To pull",
                  value: formatBytes(layers.pull.bytes),
                  note: `${plural(layers.pull.layers, "layer")}${layers.pull.compressed ? ", compressed" : ""}`,
                },
              ]),
        ]}
      />
    </header>
  );
}

function GrowthMap({ data, tree }: DiffProps) {
  const theme = useTheme();
  const { shape } = tree;
  const [at, zoom] = useZoom(shape);
  const map = useMemo(
    () => ({
      childrenOf: (node: number) => shape.childrenOf(node),
      hasChildren: (node: number) => shape.hasChildren(node),
      size: (node: number) => tree.touched[node]!,
    }),
    [shape, tree],
  );
  const part = (node: number): number => (tree.touched[node] === 0 ? 0 : tree.growth(node) / tree.touched[node]!);
  const content = useCallback(
    (found: Found | null) => ({
      label: (node: number) => shape.names[node]!,
      note: (node: number) => signedBytes(tree.growth(node)),
      color: (node: number) => growthColor(theme, part(node)),
      hatched: (node: number) => (tree.change(node) === "removed" && !shape.hasChildren(node) ? 1 : 0),
      hatchColor: () => growthColor(theme, -1),
      matches: found === null ? null : found.touches,
    }),
    [shape, tree, theme],
  );
  const describe = (node: number): readonly string[] => [shape.path(node), ...changeFacts(tree, node)];
  const { timeOnly } = data.files;
  return (
    <Section
      id="files"
      title="Files"
      note={
        timeOnly === 0
          ? "a path is as large as the larger of its two sides"
          : `${plural(timeOnly, "path")} differ only in their time and are left out`
      }
    >
      <Explorer
        {...{ shape, map, at, zoom, content, describe }}
        modes={[["growth", "Growth"]]}
        mode="growth"
        setMode={() => undefined}
        legend={[
          { label: "Grew or was added", color: growthColor(theme, 1) },
          { label: "Changed, same size", color: theme.neutral },
          { label: "Shrank", color: growthColor(theme, -1) },
          { label: "Removed", color: growthColor(theme, -1), isHatched: true },
        ]}
        columns={(open, isSearch) => columnsOf(tree, open, isSearch)}
        sortedBy="Change"
        details={(node) => <NodeFacts path={shape.path(node)} facts={changeFacts(tree, node)} />}
      />
    </Section>
  );
}

function changeFacts(tree: DiffTree, at: number): string[] {
  const change = tree.change(at);
  const what = tree.what(at);
  return [
    change === "within" ? plural(tree.paths[at]!, "changed path") : `${change}${what.length === 0 ? "" : `: ${what.join(", ")}`}`,
    `${formatBytes(tree.before[at]!)} → ${formatBytes(tree.after[at]!)} (${signedBytes(tree.growth(at))})`,
  ];
}

function columnsOf(tree: DiffTree, open: (at: number) => void, isSearch: boolean): TableColumn<number>[] {
  return [
    nameColumn({ shape: tree.shape, open, isSearch }),
    { title: "Change", kind: "number", text: (at) => signedBytes(tree.growth(at)), value: (at) => Math.abs(tree.growth(at)) },
    { title: "Before", kind: "number", text: (at) => formatBytes(tree.before[at]!), value: (at) => tree.before[at]! },
    { title: "After", kind: "number", text: (at) => formatBytes(tree.after[at]!), value: (at) => tree.after[at]! },
    { title: "What", text: (at) => changeFacts(tree, at)[0]! },
  ];
}
