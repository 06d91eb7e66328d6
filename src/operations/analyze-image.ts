/** From an image to everything Ballast knows about it: scan, tree, analyzers. */
import type { Analysis } from "../../analyzers/analysis.ts";
import type { AnalyzeOptions, SecretOptions, TreeFacts } from "./analysis/analyze-tree.ts";
import type { MergedTree } from "../filesystem/merged-tree.ts";
import type { Image } from "../image/image.ts";
import { loadTree } from "./analysis/load-tree.ts";
import type { ConfigSecrets } from "./analysis/find-secrets.ts";

export type { AnalyzeOptions, SecretOptions } from "./analysis/analyze-tree.ts";

/**
 * @throws {BallastError} whatever is wrong with a layer's blob, naming the layer; bad-argument when `base` is not this image's base
 */
export async function analyzeImage(image: Image, options: AnalyzeOptions): Promise<Analysis> {
  const { scanner, hooks, secrets } = options;
  // Workers read the layers while this thread reads the modules that are needed next.
  const analyzers = import("./analysis/analyze-tree.ts");
  const early = new Map<MergedTree, Promise<TreeFacts>>();
  const onWhole = (tree: MergedTree): void => {
    const facts = analyzers.then(({ gatherFacts }) => gatherFacts(image, tree, options));
    // Heard of below, unless a layer turns out to be damaged.
    facts.catch(() => {});
    early.set(tree, facts);
  };
  const [loaded, config, { analyzeTree, gatherFacts }] = await Promise.all([
    loadTree(image, scanner, { ...hooks, onWhole }, options.tree),
    configSecretsOf(image, secrets),
    analyzers,
  ]);
  const facts = await (early.get(loaded.tree) ?? gatherFacts(image, loaded.tree, options));
  if (options.isLast === true) await scanner.rest();
  return analyzeTree(image, loaded, facts, config, options);
}

async function configSecretsOf(image: Image, secrets: SecretOptions | undefined): Promise<ConfigSecrets> {
  const [{ findConfigSecrets }, { loadRules }] = await Promise.all([
    import("./analysis/find-secrets.ts"),
    import("../../analyzers/secrets/match/user/load-rules.ts"),
  ]);
  return findConfigSecrets(image, await (secrets === undefined ? loadRules() : secrets.rules()));
}
