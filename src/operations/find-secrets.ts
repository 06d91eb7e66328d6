/** Secrets of one image, from what its layers' scan and its config say to findings. */
import { defined } from "../base/defined.ts";
import type { BaseImage } from "../../analyzers/analysis.ts";
import { Ownership, ownershipSources } from "../../analyzers/package-ownership.ts";
import { applyAllowList } from "../../analyzers/secrets/findings/allow-list.ts";
import type { AllowEntry } from "../../analyzers/secrets/findings/allow-list.ts";
import { assembleFindings } from "../../analyzers/secrets/findings/assemble-findings.ts";
import type { CompiledRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { locateEntries } from "../../analyzers/secrets/findings/locate-entries.ts";
import { createRedactor } from "../../analyzers/secrets/config/redactor.ts";
import type { Redactor } from "../../analyzers/secrets/config/redactor.ts";
import { scanConfig } from "../../analyzers/secrets/config/scan-config.ts";
import type { ConfigHit } from "../../analyzers/secrets/config/scan-config.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { sensitiveName } from "../../analyzers/secrets/match/values/sensitive-names.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import type { Image } from "../image/image.ts";
import type { Warning } from "../image/warning.ts";
import type { LayerScan } from "../scan/layer-scan.ts";

export interface SecretsInput {
  readonly image: Image;
  readonly tree: FileTree;
  readonly scans: readonly Pick<LayerScan, "secrets" | "evidence">[];
  readonly base: Pick<BaseImage, "layers">;
  /** From `findConfigSecrets`. */
  readonly config: ConfigSecrets;
  readonly rules: CompiledRules;
  readonly allow?: readonly AllowEntry[];
  /** Fingerprints that are not told again. */
  readonly baseline?: ReadonlySet<string> | undefined;
  /** Set when several platforms are scanned. */
  readonly platform?: string;
}

export interface ConfigSecrets {
  readonly hits: readonly ConfigHit[];
  /** For every text of the image's config and history that is printed, also when secrets are not reported. */
  readonly redact: Redactor;
}

/** What config, history and attestations give away, and the redactor that takes it out of printed texts. */
export async function findConfigSecrets(image: Image, rules: CompiledRules): Promise<ConfigSecrets> {
  const hits = await scanConfig(image, rules);
  return { hits, redact: createRedactor(hits) };
}

export interface Secrets {
  readonly findings: readonly SecretFinding[];
  /** Findings that an allow list or the baseline took out. */
  readonly suppressed: number;
  readonly warnings: readonly Warning[];
}

/** All findings of an image. */
export function findSecrets(input: SecretsInput): Secrets {
  const { image, tree, scans, base, config, rules } = input;
  const fileHits = scans.map((scan) => scan.secrets);
  const findings = assembleFindings({
    layers: image.layers,
    tree,
    fileHits,
    configHits: config.hits,
    owned: ownedEntries(tree, scans, suspects(tree, fileHits)),
    base,
    redact: config.redact,
    titles: new Map(rules.rules.map((rule) => [rule.id, rule.title])),
    ...defined({ platform: input.platform }),
  });
  const allowed = applyAllowList(findings, input.allow ?? [], input.baseline ?? new Set(), new Date());
  const warnings = allowed.expired.map((entry) => ({
    code: "allow-expired",
    message: `the secret allowance "${entry.reason}" expired on ${entry.expires!}: what it covered is reported again`,
  }));
  return { findings: allowed.findings, suppressed: allowed.suppressed, warnings };
}

/** `layer:entry` of the files that a finding would be about. */
function suspects(tree: FileTree, fileHits: readonly (readonly { entry: number }[] | null)[]): Set<string> {
  const ids = new Set(fileHits.flatMap((hits, layer) => (hits ?? []).map(({ entry }) => `${layer}:${entry}`)));
  for (const [layer, catalog] of tree.catalogs.entries()) {
    for (let entry = 0; entry < catalog.length; entry += 1) if (sensitiveName(catalog.path(entry)) !== null) ids.add(`${layer}:${entry}`);
  }
  return ids;
}

/** Which of the suspects are the unmodified files of installed packages, by content. */
function ownedEntries(tree: FileTree, scans: SecretsInput["scans"], ids: ReadonlySet<string>): Set<string> {
  const owned = new Set<string>();
  const located = locateEntries(tree, ids);
  if (located.size === 0) return owned;
  const ownership = new Ownership(new Set([...located.values()].map(({ path }) => path)));
  for (const source of ownershipSources(tree)) {
    const content = scans[source.layer]!.evidence.databases.get(source.entry);
    if (content !== undefined) ownership.add(source, Buffer.from(content));
  }
  for (const [id, { path, inode }] of located) {
    const found = scans[inode.layer]!.evidence.digests.get(inode.entry);
    if (found !== undefined && ownership.algorithms(path).some((algorithm) => ownership.owns(path, algorithm, found[algorithm])))
      owned.add(id);
  }
  return owned;
}
