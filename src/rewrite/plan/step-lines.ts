/** Which lines of the Dockerfile added what the steps of a plan remove. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLocation, secretLocation } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts, ReportedLocation } from "../../../analyzers/dockerfile/located.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { pathFromDisplay } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import { FreedBytes } from "./figures/freed-bytes.ts";
import type { Plan, PlanLine, PlanStep } from "./plan.ts";

/** The plan with `lines` on steps that remove something; unchanged when no Dockerfile was given. */
export function withLines(plan: Plan, { tree, waste, dockerfile }: Pick<Analysis, "tree" | "waste" | "dockerfile">): Plan {
  if (dockerfile === undefined) return plan;
  const steps = plan.steps.map((step) => {
    const lines = new LineSums();
    const at = (layer: number): ReportedLocation | null => layerLocation(dockerfile, layer);
    if (step.kind === "merge")
      for (const { layer, bytes } of waste) if (layer >= plan.keepLayers) lines.add(at(layer), { paths: 1, bytes });
    for (const [layer, taken] of takenBy(step, tree, plan.keepLayers)) lines.add(at(layer), taken);
    for (const location of scrubbedFrom(step, dockerfile)) lines.add(location, { paths: 0, bytes: 0 });
    return lines.rows.length === 0 ? step : { ...step, lines: lines.rows };
  });
  return { ...plan, steps };
}

type Taken = Pick<PlanLine, "paths" | "bytes">;

class LineSums {
  readonly #sums = new Map<string, { dockerfile: ReportedLocation | null; paths: number; bytes: number }>();

  add(dockerfile: ReportedLocation | null, { paths, bytes }: Taken): void {
    const key = dockerfile === null ? "" : String(dockerfile.line);
    const sum = this.#sums.get(key) ?? { dockerfile, paths: 0, bytes: 0 };
    sum.paths += paths;
    sum.bytes += bytes;
    this.#sums.set(key, sum);
  }

  /** In file order; what has no line comes last. */
  get rows(): readonly PlanLine[] {
    return [...this.#sums.values()].sort((a, b) => (a.dockerfile?.line ?? Infinity) - (b.dockerfile?.line ?? Infinity));
  }
}

/** What a step removes, by the layer that stores it. */
function takenBy({ kind, paths }: PlanStep, tree: FileTree, keepLayers: number): ReadonlyMap<number, Taken> {
  const layers = new Map<number, { paths: number; bytes: number }>();
  const freed = new FreedBytes(keepLayers);
  const add = (layer: number, bytes: number): void => {
    const sum = layers.get(layer) ?? { paths: 0, bytes: 0 };
    sum.paths += 1;
    sum.bytes += bytes;
    layers.set(layer, sum);
  };
  for (const { path, bytes } of paths) {
    const waiting = [nodeAt(tree, path)];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null) continue;
      if (node.inode.type !== EntryType.directory) add(node.inode.layer, kind === "undo-metadata" ? bytes : freed.remove(node));
      waiting.push(...(node.children?.values() ?? []));
    }
  }
  return layers;
}

function nodeAt(tree: FileTree, path: string): FileNode | undefined {
  let node: FileNode | undefined = tree.root;
  for (const name of pathFromDisplay(path).split("/")) if (name !== "") node = node?.children?.get(name);
  return node;
}

/** The lines that set the variables and labels a step removes from the config. */
function scrubbedFrom({ scrub }: PlanStep, facts: DockerfileFacts): readonly ReportedLocation[] {
  const { env, labels } = scrub ?? { env: [], labels: [] };
  return [
    ...env.flatMap((key) => secretLocation(facts, { surface: "env", key }) ?? []),
    ...labels.flatMap((key) => secretLocation(facts, { surface: "label", key }) ?? []),
  ];
}
