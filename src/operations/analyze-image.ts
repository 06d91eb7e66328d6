/** Analyses an image: scan, tree, analyzers. */
import type { Analysis, TreeFigures } from "../../analyzers/analysis.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import type { MergedTree } from "../filesystem/merged-tree.ts";
import type { Image } from "../image/image.ts";
import { KeptFacts } from "../scan/kept-facts.ts";
import { analyzeTree } from "./analysis/analyze-tree.ts";
import type { AnalyzeOptions } from "./analysis/analyze-tree.ts";
import { KnownTree } from "./analysis/known-tree.ts";
import { loadTree, loadUnlessKnown, mergeLayers } from "./analysis/load-tree.ts";
import { configTexts } from "./analysis/shown-texts.ts";
import type { TreeFacts } from "./analysis/tree-figures.ts";

export type { AnalyzeOptions } from "./analysis/analyze-tree.ts";
export type { SecretOptions } from "./analysis/find-secrets.ts";

/**
 * @throws {BallastError} whatever is wrong with a layer's blob, naming the layer; bad-argument when `base` is not this image's base
 */
export async function analyzeImage(image: Image, options: AnalyzeOptions): Promise<Analysis> {
  const { scanner, secrets, hooks: given = {}, duplicates = true } = options;
  const early = new Map<MergedTree, Promise<TreeFacts>>();
  const gather = async (tree: MergedTree): Promise<TreeFacts> => {
    const { gatherFacts } = await import("./analysis/tree-figures.ts");
    return gatherFacts(image, tree, scanner, duplicates);
  };
  const onWhole = (tree: MergedTree): void => {
    const facts = gather(tree);
    // Awaited below, unless a layer turns out to be damaged.
    facts.catch(() => {});
    early.set(tree, facts);
  };
  const hooks = { ...given, onWhole };
  // Whoever watches the tree, or handed one in, wants it merged.
  const isWatched = options.tree !== undefined || given.onMerged !== undefined;
  const [loaded, texts] = await Promise.all([
    isWatched ? loadTree(image, scanner, hooks, options.tree) : loadUnlessKnown(image, scanner, hooks),
    configTexts(image, secrets, scanner.facts),
  ]);
  const { scans } = loaded;
  const catalogs = scans.map(({ catalog }) => catalog);
  const decided = [texts.createdBy, duplicates];
  const kept = new KeptFacts(scanner.facts, scans);
  const [known, begun] = await Promise.all([kept.find("figures", decided), loaded.tree === null ? null : early.get(loaded.tree)]);
  const finish = async (tree: FileTree, figures: TreeFigures): Promise<Analysis> =>
    analyzeTree(image, { tree, scans, figures, kept, texts }, options);
  if (known !== null) return finish(loaded.tree ?? new KnownTree(catalogs, known), known);
  const tree = loaded.tree ?? mergeLayers(catalogs);
  const facts = begun ?? (await gather(tree));
  if (options.isLast === true) await scanner.rest();
  const { workOutFigures } = await import("./analysis/tree-figures.ts");
  const figures = await workOutFigures(image, { tree, scans }, facts, texts.createdBy);
  kept.keep("figures", decided, figures);
  return finish(tree, figures);
}
