/** Secrets of one image, from what its layers' scan and its config say to findings; reads what package ownership needs. */
import { createHash } from "node:crypto";

import type { BaseImage } from "../analyzers/analysis.ts";
import { Ownership, ownershipSources } from "../analyzers/package-ownership.ts";
import type { OwnershipAlgorithm } from "../analyzers/package-ownership.ts";
import { applyAllowList } from "../analyzers/secrets/allow-list.ts";
import type { AllowEntry } from "../analyzers/secrets/allow-list.ts";
import { assembleFindings } from "../analyzers/secrets/assemble-findings.ts";
import type { CompiledRules } from "../analyzers/secrets/compile-rules.ts";
import { locateEntries } from "../analyzers/secrets/locate-entries.ts";
import { createRedactor } from "../analyzers/secrets/redactor.ts";
import type { Redactor } from "../analyzers/secrets/redactor.ts";
import { scanConfig } from "../analyzers/secrets/scan-config.ts";
import type { ConfigHit } from "../analyzers/secrets/scan-config.ts";
import type { SecretFinding } from "../analyzers/secrets/secret-finding.ts";
import { sensitiveName } from "../analyzers/secrets/sensitive-names.ts";
import type { FileTree } from "./filesystem/file-tree.ts";
import type { Image } from "./image/image.ts";
import type { Warning } from "./image/warning.ts";
import { readEntries } from "./scan/content.ts";
import type { LayerScan } from "./scan/layer-scan.ts";

export interface SecretsInput {
  readonly image: Image;
  readonly tree: FileTree;
  readonly scans: readonly Pick<LayerScan, "secrets">[];
  readonly base: Pick<BaseImage, "layers">;
  /** From `findConfigSecrets`. */
  readonly config: ConfigSecrets;
  readonly rules: CompiledRules;
  readonly allow?: readonly AllowEntry[];
  /** Fingerprints that are not told again. */
  readonly baseline?: ReadonlySet<string>;
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

/**
 * All findings of an image. Reads package databases and the files with hits once more, to tell whose they are.
 * @throws {BallastError} as reading a layer does
 */
export async function findSecrets(input: SecretsInput): Promise<Secrets> {
  const { image, tree, scans, base, config, rules } = input;
  const fileHits = scans.map((scan) => scan.secrets);
  const findings = assembleFindings({
    layers: image.layers,
    tree,
    fileHits,
    configHits: config.hits,
    owned: await ownedEntries(image, tree, suspects(tree, fileHits)),
    base,
    redact: config.redact,
    titles: new Map(rules.rules.map((rule) => [rule.id, rule.title])),
    ...(input.platform === undefined ? {} : { platform: input.platform }),
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

/** Which of the suspects are the unmodified files of installed packages, by content. One pass over each layer that has either. */
async function ownedEntries(image: Image, tree: FileTree, ids: ReadonlySet<string>): Promise<Set<string>> {
  const owned = new Set<string>();
  const located = locateEntries(tree, ids);
  if (located.size === 0) return owned;
  const sources = ownershipSources(tree);
  if (sources.length === 0) return owned;
  const ownership = new Ownership(new Set([...located.values()].map(({ path }) => path)));
  const digests = new Map<string, Digests>();
  for (const [layer, catalog] of tree.catalogs.entries()) {
    const databases = new Map(sources.filter((source) => source.layer === layer).map((source) => [source.entry, source]));
    const suspects = [...located.values()].flatMap(({ inode }) => (inode.layer === layer ? [inode.entry] : []));
    await readEntries(image.layers[layer]!, catalog, [...new Set([...databases.keys(), ...suspects])], async (entry, content) => {
      const database = databases.get(entry);
      if (database !== undefined) ownership.add(database, await whole(content));
      else digests.set(`${layer}:${entry}`, await digestsOf(content));
    });
  }
  for (const [id, { path }] of located) {
    const found = digests.get(id);
    if (found !== undefined && ownership.algorithms(path).some((algorithm) => ownership.owns(path, algorithm, found[algorithm]))) owned.add(id);
  }
  return owned;
}

type Digests = Readonly<Record<OwnershipAlgorithm, string>>;

async function digestsOf(content: AsyncIterable<Buffer>): Promise<Digests> {
  const [md5, sha1, sha256] = ["md5", "sha1", "sha256"].map((algorithm) => createHash(algorithm));
  for await (const chunk of content) for (const hash of [md5!, sha1!, sha256!]) hash.update(chunk);
  return { md5: md5!.digest("hex"), sha1: sha1!.digest("hex"), sha256: sha256!.digest("hex") };
}

/** Package databases are a few megabytes at most; what claims to be larger is not read as one. */
const maxDatabaseBytes = 64 * 1024 * 1024;

async function whole(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > maxDatabaseBytes) break;
    // Copied: a source may use its buffer again.
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}
