/** The secrets of one image, found in its scanned layers, its config and its history. */
import { defined } from "../../base/defined.ts";
import { groupBy } from "../../base/group-by.ts";
import type { BaseImage } from "../../../analyzers/analysis.ts";
import { checksumSources, DistributionFiles } from "../../../analyzers/packages/distribution-files.ts";
import type { AllowEntry } from "../../../analyzers/secrets/findings/allow-list.ts";
import { assembleFindings } from "../../../analyzers/secrets/findings/assemble-findings.ts";
import type { CompiledRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { linkedNames } from "../../../analyzers/secrets/findings/linked-names.ts";
import { locateEntries } from "../../../analyzers/secrets/findings/locate-entries.ts";
import { secretsInNames } from "../../../analyzers/secrets/findings/secrets-in-names.ts";
import { createRedactor } from "../../../analyzers/secrets/config/redactor.ts";
import type { Redactor } from "../../../analyzers/secrets/config/redactor.ts";
import { scanConfig } from "../../../analyzers/secrets/config/scan-config.ts";
import type { ConfigHit } from "../../../analyzers/secrets/config/scan-config.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { sensitiveName } from "../../../analyzers/secrets/match/values/sensitive-names.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import type { Image } from "../../image/image.ts";
import type { LayerScan } from "../../scan/layer-scan.ts";
import { keptFilesOf } from "../../scan/package-sources.ts";
import { hitsWhereFilesLie } from "./scan-again.ts";

export interface SecretOptions {
  /** `config` searches only the image's config, history and file names. */
  readonly mode: "off" | "config" | "full";
  readonly rules: () => Promise<CompiledRules>;
  /** `CompiledRules.id`, where it is known without compiling them. */
  readonly rulesId?: string;
  /** Fingerprints of findings that are left out. */
  readonly baseline?: ReadonlySet<string> | undefined;
  readonly allow?: readonly AllowEntry[];
  /** Set when several platforms are analysed. */
  readonly platform?: string;
}

export interface SecretsInput {
  readonly image: Image;
  readonly tree: FileTree;
  readonly scans: readonly Pick<LayerScan, "secrets" | "suspects" | "packages">[];
  readonly base: Pick<BaseImage, "layers">;
  /** From `findConfigSecrets`. */
  readonly config: ConfigSecrets;
  readonly rules: CompiledRules;
  /** Set when several platforms are scanned. */
  readonly platform?: string;
}

export interface ConfigSecrets {
  readonly hits: readonly ConfigHit[];
  /** For every printed text from the image's config and history, even if secrets are not reported. */
  readonly redact: Redactor;
}

/** The secrets in config, history and attestations, and a redactor that masks them in printed texts. */
export async function findConfigSecrets(image: Image, rules: CompiledRules): Promise<ConfigSecrets> {
  const hits = await scanConfig(image, rules);
  return { hits, redact: createRedactor(hits) };
}

/**
 * All findings of an image, including known ones.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export async function findSecrets(input: SecretsInput): Promise<SecretFinding[]> {
  const { image, tree, scans, base, config, rules } = input;
  const scanned = scans.map((scan) => scan.secrets);
  const fileHits = await hitsWhereFilesLie(image, tree, scanned, rules);
  return assembleFindings({
    layers: image.layers,
    tree,
    fileHits,
    configHits: config.hits,
    inNames: secretsInNames(tree, rules),
    owned: await ownedEntries(image, tree, scans, suspects(tree, fileHits)),
    base,
    redact: config.redact,
    titles: new Map(rules.rules.map((rule) => [rule.id, rule.title])),
    ...defined({ platform: input.platform }),
  });
}

/** `layer:entry` of the files that would become findings. */
function suspects(tree: FileTree, fileHits: readonly (readonly { entry: number }[] | null)[]): Set<string> {
  const ids = new Set(fileHits.flatMap((hits, layer) => (hits ?? []).map(({ entry }) => `${layer}:${entry}`)));
  for (const [layer, catalog] of tree.catalogs.entries()) {
    for (let entry = 0; entry < catalog.length; entry += 1) if (sensitiveName(catalog.path(entry)) !== null) ids.add(`${layer}:${entry}`);
  }
  return ids;
}

/** Which of the suspects are the unmodified files of installed packages, by content. */
async function ownedEntries(
  image: Image,
  tree: FileTree,
  scans: SecretsInput["scans"],
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const owned = new Set<string>();
  const located = locateEntries(tree, ids, linkedNames(tree));
  if (located.size === 0) return owned;
  const ours = new DistributionFiles(new Set([...located.values()].map(({ path }) => path)));
  const byLayer = groupBy(checksumSources(tree), ({ layer }) => layer);
  for (const [layer, sources] of byLayer) {
    const kept = await keptFilesOf(image.layers[layer]!, tree.catalogs[layer]!, scans[layer]!, sources);
    for (const source of sources) {
      const file = kept?.get(source.entry);
      if (file !== undefined && "text" in file) ours.add(source, Buffer.from(file.text).toString("latin1"));
    }
  }
  for (const [id, { path, inode }] of located) {
    const found = scans[inode.layer]!.suspects.get(inode.entry);
    if (found !== undefined && ours.algorithms(path).some((algorithm) => ours.owns(path, algorithm, found[algorithm]))) owned.add(id);
  }
  return owned;
}
