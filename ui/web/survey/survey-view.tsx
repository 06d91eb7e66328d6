/** The page of a survey. */
import { useCallback, useMemo, useState } from "preact/hooks";

import type { SurveyPage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../../src/terminal/format-bytes.ts";
import { Explorer, NodeFacts } from "../parts/explorer.tsx";
import { nameColumn } from "../parts/name-column.tsx";
import { Figures, Foot, Frame } from "../parts/navigation.tsx";
import type { Figure, Place } from "../parts/navigation.tsx";
import type { Found } from "../parts/search.ts";
import { Section } from "../parts/section.tsx";
import type { TableColumn } from "../parts/table/column.ts";
import { useTheme } from "../parts/theme.ts";
import { useZoom } from "../parts/use-zoom.ts";
import type { SurveyTree } from "../read/survey-tree.ts";
import { Mark } from "../sections/head.tsx";
import { categorical, ramp } from "../treemap/colors.ts";
import type { Theme } from "../treemap/colors.ts";
import { Bases, Images, Repositories, Secrets, Unreadable } from "./survey-sections.tsx";

interface SurveyProps {
  readonly data: SurveyPage;
  readonly tree: SurveyTree;
}

export function SurveyView({ data, tree }: SurveyProps) {
  return (
    <Frame head={<SurveyHead data={data} />} places={placesOf(data)}>
      <SurveyMap data={data} tree={tree} />
      <Images data={data} />
      <Repositories data={data} />
      <Secrets data={data} />
      <Bases data={data} />
      <Unreadable data={data} />
      <Foot tool={data.tool} made={data.made} />
    </Frame>
  );
}

function placesOf(data: SurveyPage): Place[] {
  const counted = (id: string, title: string, count: number): Place[] => (count === 0 ? [] : [{ id, title, count: formatCount(count) }]);
  return [
    { id: "files", title: "Map" },
    ...counted("images", "Images", data.images.length),
    ...counted("repositories", "Repositories", data.repositories.length),
    ...counted("secrets", "Secrets", data.secrets?.length ?? 0),
    ...counted("bases", "Bases", data.families.length + data.staleBases.length),
    ...counted("unreadable", "Unreadable", data.unreadable.length),
  ];
}

function SurveyHead({ data: { totals, images, secrets, unreadable, analysed } }: { readonly data: SurveyPage }) {
  const { storedBytes, referencedBytes } = totals;
  const wasted = images.reduce((sum, { figures }) => sum + (figures?.wastedBytes ?? 0), 0);
  const failed = images.filter(({ verdict }) => verdict?.status === "fail").length;
  const figures: Figure[] = [
    { label: "Stored", value: formatBytes(storedBytes), note: `${plural(totals.blobs, "blob")}, each counted once` },
    {
      label: "Saved by sharing",
      value: referencedBytes === 0 ? "nothing" : formatPercent(Math.max(0, 1 - storedBytes / referencedBytes)),
      note: `${formatBytes(referencedBytes)} without`,
      tone: "good",
    },
    ...(analysed ? [{ label: "Wasted", value: formatBytes(wasted), note: "in all images, unpacked", tone: "waste" as const }] : []),
    ...(secrets === null
      ? []
      : [{ label: "Secrets", value: formatCount(secrets.length), ...(secrets.length > 0 && { tone: "bad" as const }) }]),
    ...(images.some(({ verdict }) => verdict !== null)
      ? [{ label: "Fail their rules", value: formatCount(failed), tone: failed > 0 ? ("bad" as const) : ("good" as const) }]
      : []),
    ...(unreadable.length === 0 ? [] : [{ label: "Unreadable", value: formatCount(unreadable.length), tone: "bad" as const }]),
  ];
  return (
    <header>
      <h1>
        <Mark /> {plural(totals.images, "image")} in {plural(totals.repositories, "repository", "repositories")}
      </h1>
      <p class="facts">
        <span>{plural(totals.tags, "tag")}</span> <span>{plural(totals.layers, "layer")}</span>
        {totals.artifacts > 0 && <span> {plural(totals.artifacts, "artifact")} beside them</span>}
      </p>
      <Figures figures={figures} />
    </header>
  );
}

type Mode = "sharing" | "secrets" | "waste";

function SurveyMap({ data, tree }: SurveyProps) {
  const theme = useTheme();
  const { shape } = tree;
  const [at, zoom] = useZoom(shape);
  const [mode, setMode] = useState<Mode>("sharing");
  const map = useMemo(
    () => ({
      childrenOf: (node: number) => shape.childrenOf(node),
      hasChildren: (node: number) => shape.hasChildren(node),
      size: (node: number) => tree.bytes[node]!,
    }),
    [shape, tree],
  );
  const content = useCallback(
    (found: Found | null) => ({
      label: (node: number) => shape.names[node]!,
      note: (node: number) => formatBytes(tree.bytes[node]!),
      color: (node: number) => colorOf(data, tree, node, mode, theme),
      hatched: () => 0,
      hatchColor: () => theme.neutral,
      matches: found === null ? null : found.touches,
    }),
    [shape, data, tree, theme, mode],
  );
  const describe = (node: number): readonly string[] => [shape.path(node), ...factsOf(data, tree, node)];
  return (
    <Section id="files" title="Map" note="an image is as large as what it alone stores and its part of what it shares">
      <Explorer<Mode>
        {...{ shape, map, at, zoom, content, describe, mode, setMode }}
        modes={data.analysed ? modes : modes.slice(0, 1)}
        legend={legendOf(mode, theme)}
        columns={(open, isSearch) => columnsOf(tree, open, isSearch)}
        sortedBy="Bytes"
        details={(node) => <NodeFacts path={shape.path(node)} facts={factsOf(data, tree, node)} />}
      />
    </Section>
  );
}

function colorOf(data: SurveyPage, tree: SurveyTree, node: number, mode: Mode, theme: Theme): string {
  if (mode === "sharing") return categorical(theme, tree.shared[node]! * 2 > tree.bytes[node]! ? 1 : 0);
  const figures = data.images[tree.images[node]!]?.figures ?? null;
  if (figures === null) return theme.neutral;
  if (mode === "waste") return ramp(theme, figures.totalBytes === 0 ? 0 : (2 * figures.wastedBytes) / figures.totalBytes);
  const { critical = 0, high = 0, medium = 0 } = figures.secrets ?? {};
  return critical + high > 0 ? ramp(theme, 1) : medium > 0 ? ramp(theme, 0.5) : ramp(theme, 0);
}

const modes: readonly (readonly [Mode, string])[] = [
  ["sharing", "Sharing"],
  ["waste", "Waste"],
  ["secrets", "Secrets"],
];

function legendOf(mode: Mode, theme: Theme) {
  if (mode === "sharing")
    return [
      { label: "Its own layers", color: categorical(theme, 0) },
      { label: "Its part of shared layers", color: categorical(theme, 1) },
    ];
  const [calm, warm] = mode === "waste" ? ["Nothing wasted", "Half or more wasted"] : ["No secret", "High or critical"];
  return [
    { label: calm, color: ramp(theme, 0) },
    { label: warm, color: ramp(theme, 1) },
    { label: "Not looked into", color: theme.neutral },
  ];
}

function factsOf(data: SurveyPage, tree: SurveyTree, at: number): string[] {
  const image = data.images[tree.images[at]!];
  const facts = [`${formatBytes(tree.bytes[at]!)}, of which ${formatBytes(tree.shared[at]!)} is a part of shared layers`];
  if (image === undefined) return [...facts, plural(tree.counts[at]!, "image")];
  const { figures, verdict, unreadable } = image;
  facts.push(`${plural(image.layers, "layer")}, ${formatBytes(image.bytes)} stored, deleting frees ${formatBytes(image.exclusiveBytes)}`);
  if (figures !== null) facts.push(`${formatBytes(figures.wastedBytes)} of ${formatBytes(figures.totalBytes)} wasted`);
  if (verdict !== null) facts.push(`${verdict.status}: ${verdict.sentence}`);
  if (unreadable !== null) facts.push(`could not be read: ${unreadable}`);
  return facts;
}

function columnsOf(tree: SurveyTree, open: (at: number) => void, isSearch: boolean): TableColumn<number>[] {
  return [
    nameColumn({ shape: tree.shape, open, isSearch }),
    { title: "Bytes", kind: "number", text: (at) => formatBytes(tree.bytes[at]!), value: (at) => tree.bytes[at]! },
    { title: "Shared", kind: "number", text: (at) => formatBytes(tree.shared[at]!), value: (at) => tree.shared[at]! },
    { title: "Images", kind: "number", text: (at) => formatCount(tree.counts[at]!), value: (at) => tree.counts[at]! },
  ];
}
