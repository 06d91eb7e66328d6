/** From an image to everything Ballast knows about it: scan, tree, analyzers. */
import type { Analysis, TreeFigures } from "../../analyzers/analysis.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import type { MergedTree } from "../filesystem/merged-tree.ts";
import type { Image } from "../image/image.ts";
import { KeptFacts } from "../scan/kept-facts.ts";
import type { AnalyzeOptions, SecretOptions } from "./analysis/analyze-tree.ts";
import type { ConfigSecrets } from "./analysis/find-secrets.ts";
import { KnownTree } from "./analysis/known-tree.ts";
import { loadTree, loadUnlessKnown, mergeLayers } from "./analysis/load-tree.ts";
import type { TreeFacts } from "./analysis/tree-figures.ts";

export type { AnalyzeOptions, SecretOptions } from "./analysis/analyze-tree.ts";

/**
 * @throws {BallastError} whatever is wrong with a layer's blob, naming the layer; bad-argument when `base` is not this image's base
 */
export async function analyzeImage(image: Image, options: AnalyzeOptions): Promise<Analysis> {
  const { scanner, secrets, hooks: given = {}, duplicates = true } = options;
  // Workers read the layers while this thread reads the modules that are needed next.
  const analyzers = Promise.all([import("./analysis/tree-figures.ts"), import("./analysis/analyze-tree.ts")]);
  const early = new Map<MergedTree, Promise<TreeFacts>>();
  const gather = async (tree: MergedTree): Promise<TreeFacts> => (await analyzers)[0].gatherFacts(image, tree, scanner, duplicates);
  const onWhole = (tree: MergedTree): void => {
    const facts = gather(tree);
    // Heard of below, unless a layer turns out to be damaged.
    facts.catch(() => {});
    early.set(tree, facts);
  };
  const hooks = { ...given, onWhole };
  // Who watches the tree, or has it, is to see it merged.
  const isWatched = options.tree !== undefined || given.onMerged !== undefined;
  const [loaded, config] = await Promise.all([
    isWatched ? loadTree(image, scanner, hooks, options.tree) : loadUnlessKnown(image, scanner, hooks),
    configSecretsOf(image, secrets),
  ]);
  const { scans } = loaded;
  const catalogs = scans.map(({ catalog }) => catalog);
  const createdBy = image.layers.map((layer) => config.redact(layer.createdBy ?? ""));
  const decided = { createdBy, duplicates };
  const kept = new KeptFacts(scanner.facts, scans);
  const [known, begun, [{ workOutFigures }, { analyzeTree }]] = await Promise.all([
    kept.figures(decided),
    loaded.tree === null ? undefined : early.get(loaded.tree),
    analyzers,
  ]);
  const finish = async (tree: FileTree, figures: TreeFigures): Promise<Analysis> =>
    analyzeTree(image, { tree, scans, figures, kept, config, createdBy }, options);
  if (known !== null) return finish(loaded.tree ?? new KnownTree(catalogs, known), known);
  const tree = loaded.tree ?? mergeLayers(catalogs);
  const facts = begun ?? (await gather(tree));
  if (options.isLast === true) await scanner.rest();
  const figures = await workOutFigures(image, { tree, scans }, facts, createdBy);
  kept.keepFigures(decided, figures);
  return finish(tree, figures);
}

async function configSecretsOf(image: Image, secrets: SecretOptions | undefined): Promise<ConfigSecrets> {
  const [{ findConfigSecrets }, { loadRules }] = await Promise.all([
    import("./analysis/find-secrets.ts"),
    import("../../analyzers/secrets/match/user/load-rules.ts"),
  ]);
  return findConfigSecrets(image, await (secrets === undefined ? loadRules() : secrets.rules()));
}
