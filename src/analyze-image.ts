/** From an image to everything Ballast knows about it: scan, tree, analyzers. */
import type { Analysis } from "../analyzers/analysis.ts";
import type { AnalyzeOptions, SecretOptions } from "./analyze-tree.ts";
import type { Image } from "./image/image.ts";
import { loadTree } from "./load-tree.ts";
import type { ConfigSecrets } from "./secrets-pass.ts";

export type { AnalyzeOptions, SecretOptions } from "./analyze-tree.ts";

/**
 * @throws {BallastError} whatever is wrong with a layer's blob, naming the layer; bad-argument when `base` is not this image's base
 */
export async function analyzeImage(image: Image, options: AnalyzeOptions): Promise<Analysis> {
  const { scanner, hooks, secrets } = options;
  // Workers read the layers while this thread reads the modules that are needed next.
  const [loaded, config, { analyzeTree }] = await Promise.all([
    loadTree(image, scanner, hooks, options.tree),
    configSecretsOf(image, secrets),
    import("./analyze-tree.ts"),
  ]);
  return analyzeTree(image, loaded, config, options);
}

async function configSecretsOf(image: Image, secrets: SecretOptions | undefined): Promise<ConfigSecrets> {
  const [{ findConfigSecrets }, { loadRules }] = await Promise.all([
    import("./secrets-pass.ts"),
    import("../analyzers/secrets/load-rules.ts"),
  ]);
  return findConfigSecrets(image, await (secrets === undefined ? loadRules() : secrets.rules()));
}
