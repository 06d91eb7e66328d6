/** What the colours of an image's map mean: the owner of a file, the layer that stores it, its age, or only what is wasted. */
import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { wasteCauses } from "../../../src/report/html/page-data.ts";
import { formatTime } from "../../viewmodel/documents/metadata.ts";
import type { LegendEntry } from "../parts/explorer.tsx";
import type { ImageTree } from "../read/image-tree.ts";
import { categorical, causeColor, mostHues, ramp } from "../treemap/colors.ts";
import type { Theme } from "../treemap/colors.ts";

export const modes = [
  ["owner", "Owner"],
  ["layer", "Layer"],
  ["age", "Age"],
  ["waste", "Waste"],
] as const;
export type Mode = (typeof modes)[number][0];

export interface Coloring {
  /** The colour of a file. */
  color(at: number): string;
  hatchColor(at: number): string;
  readonly legend: readonly LegendEntry[];
}

export function coloringOf(mode: Mode, data: ImagePage, tree: ImageTree, theme: Theme): Coloring {
  const waste: LegendEntry = { label: "Wasted", color: theme.waste, isHatched: true };
  const plain = { hatchColor: () => theme.waste };
  switch (mode) {
    case "owner":
      return { ...plain, ...byOwner(data, tree, theme, waste) };
    case "layer":
      return { ...plain, ...byLayer(data, tree, theme, waste) };
    case "age":
      return { ...plain, ...byAge(tree, theme, waste) };
    case "waste":
      return byWaste(tree, theme);
  }
}

type Colors = Pick<Coloring, "color" | "legend">;

function byOwner({ owners }: ImagePage, tree: ImageTree, theme: Theme, waste: LegendEntry): Colors {
  const named = owners.slice(0, mostHues);
  return {
    color: (at) => categorical(theme, tree.owners[at]!),
    legend: [
      ...named.map(({ name, isPackage }, place) => ({
        label: isPackage ? name : `${name} (no package)`,
        color: categorical(theme, place),
      })),
      ...(owners.length > named.length ? [{ label: `${owners.length - named.length} smaller owners`, color: theme.neutral }] : []),
      waste,
    ],
  };
}

/** The legend lists about this many layers; of more, it skips some. */
const mostLayerEntries = 12;

function byLayer({ layers }: ImagePage, tree: ImageTree, theme: Theme, waste: LegendEntry): Colors {
  const last = Math.max(1, layers.length - 1);
  const step = Math.max(1, Math.ceil(layers.length / mostLayerEntries));
  const entries = layers.filter(({ index }) => index % step === 0 || index === layers.length - 1);
  return {
    color: (at) => ramp(theme, tree.layers[at]! / last),
    legend: [...entries.map(({ index }) => ({ label: `Layer ${index}`, color: ramp(theme, index / last) })), waste],
  };
}

const ages = 5;

/** Equally many files in each part, oldest first, so that a single file from the future does not use up the colours. */
function byAge(tree: ImageTree, theme: Theme, waste: LegendEntry): Colors {
  const times = tree.times.filter((_, at) => tree.files[at] === 1 && !tree.shape.hasChildren(at)).sort();
  const bounds = Array.from({ length: ages }, (_, part) => times[Math.floor((part * times.length) / ages)] ?? 0);
  const starts = [...new Set(bounds)];
  const placeOf = (time: number): number =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= time),
    );
  const color = (part: number): string => ramp(theme, starts.length < 2 ? 0 : part / (starts.length - 1));
  return {
    color: (at) => color(placeOf(tree.times[at]!)),
    legend: [
      ...starts.map((start, part) => ({ label: `${part === 0 ? "" : "since "}${formatTime(start).slice(0, 10)}`, color: color(part) })),
      waste,
    ],
  };
}

function byWaste(tree: ImageTree, theme: Theme): Coloring {
  const causes = new Map(tree.waste.toReversed().map(({ node, cause }) => [node, cause]));
  return {
    color: () => theme.neutral,
    hatchColor: (at) => causeColor(theme, causes.get(at) ?? 0),
    legend: [
      { label: "Live", color: theme.neutral },
      ...wasteCauses.map((cause, at) => ({ label: cause, color: causeColor(theme, at), isHatched: true })),
    ],
  };
}
