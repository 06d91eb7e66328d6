/** The layers of the new image: kept ones at the bottom, and above them what the plan makes of the others. */
import { BallastError } from "../../base/errors.ts";
import type { FileTree, Inode } from "../../filesystem/file-tree.ts";
import { shortDigest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import { layerBetween } from "../layers/delta.ts";
import type { LayerEntry } from "../layers/delta.ts";
import { refuseUnreadable } from "../layers/kept-layer.ts";
import { parseGlob } from "../../base/text/glob.ts";
import type { PackageOwners } from "./package-owners.ts";
import { isOn } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { splitLayers } from "./split.ts";
import { editedView, noEdits, viewAt } from "../layers/views.ts";
import type { TreeEdits, View } from "../layers/views.ts";

export interface PlannedLayer {
  readonly entries: readonly LayerEntry[];
  /** For the history. */
  readonly createdBy: string;
}

export interface PlannedLayers {
  /** Whether the new layers correspond one to one, in order, to those of the original. */
  readonly oneForOne: boolean;
  /** Number of layers from the bottom that keep their archive. */
  readonly kept: number;
  readonly layers: readonly PlannedLayer[];
}

interface Source {
  readonly image: Image;
  readonly tree: FileTree;
  readonly edits: TreeEdits;
  readonly sameContent: ReadonlyMap<Inode, Inode>;
  /** Only needed for `split`. */
  readonly owners: PackageOwners;
}

/** @throws {BallastError} unsupported-image when a layer that has to be rewritten cannot be read */
export function plannedLayers(source: Source, plan: Plan): PlannedLayers {
  const top = source.image.layers.length - 1;
  const keep = plan.keepLayers;
  const merged = isOn(plan, "merge") || isOn(plan, "split");
  // An image may have no layers (`FROM scratch` and labels).
  if (top < 0 || (!merged && !changesTree(source.edits))) return { kept: top + 1, layers: [], oneForOne: true };
  for (const layer of source.image.layers.slice(keep)) refuseUnreadable(layer);
  if (!merged) return { kept: keep, layers: eachLayer(source, plan), oneForOne: true };
  const name = isOn(plan, "split") ? "split" : plan.command;
  const entries = between(source, keep === 0 ? null : viewAt(keep - 1), editedView(source.tree, top, source.edits));
  if (isOn(plan, "split")) {
    const parts = splitLayers(source.tree, entries, {
      owners: source.owners,
      boundaries: plan.settings.boundaries.map(parseGlob),
      mostLayers: mostLayers - keep,
    });
    if (keep + parts.length > mostLayers) {
      throw new BallastError(
        "bad-argument",
        `the boundaries and the ${keep} kept layers make more than ${mostLayers} layers, which engines refuse`,
        {
          hint: "give fewer boundaries, or merge the kept layers with --all",
        },
      );
    }
    return {
      kept: keep,
      layers: parts.map((part) => ({ entries: part.entries, createdBy: `ballast ${plan.command} --split: ${part.name}` })),
      oneForOne: false,
    };
  }
  // An empty layer is left out above kept layers, but written if it would be the only one.
  if (entries.length === 0 && keep > 0) return { kept: keep, layers: [], oneForOne: false };
  return { kept: keep, layers: [{ entries, createdBy: mergedRow(name, source.image, keep) }], oneForOne: false };
}

/** Overlay engines refuse more ("max depth exceeded"). */
export const mostLayers = 127;

export function changesTree({ removed, linked, restored }: TreeEdits): boolean {
  return removed.size + linked.size + restored.size > 0;
}

/** Each layer separately, without what the plan removes. */
function eachLayer(source: Source, plan: Plan): PlannedLayer[] {
  const { image, tree, edits } = source;
  const layers: PlannedLayer[] = [];
  let lower: View | null = plan.keepLayers === 0 ? null : viewAt(plan.keepLayers - 1);
  for (const layer of image.layers.slice(plan.keepLayers)) {
    // Links and restored times need the final state of all files, which only the last layer has.
    const upper = editedView(tree, layer.index, layer.index === image.layers.length - 1 ? edits : { ...noEdits, removed: edits.removed });
    layers.push({ entries: between(source, lower, upper), createdBy: layer.createdBy ?? `ballast ${plan.command}: layer ${layer.index}` });
    lower = upper;
  }
  return layers;
}

function between({ tree, sameContent }: Source, lower: View | null, upper: View): LayerEntry[] {
  return layerBetween(tree, lower, upper, (below, above) => sameContent.get(above) === below);
}

function mergedRow(command: string, image: Image, keep: number): string {
  const first = image.layers[keep]!;
  const last = image.layers.at(-1)!;
  const count = last.index - first.index + 1;
  const ids = count === 1 ? shortDigest(first.diffId) : `${shortDigest(first.diffId)} to ${shortDigest(last.diffId)}`;
  return `ballast ${command}: merged ${count === 1 ? "layer" : "layers"} ${first.index}${count === 1 ? "" : ` to ${last.index}`} (${ids})`;
}
