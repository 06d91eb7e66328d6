/** Combines the hits in layers and config into findings: one per secret and file, with its places and state. */
import { createHash } from "node:crypto";

import { compareTexts } from "../../../src/base/text/compare-texts.ts";
import { defined } from "../../../src/base/defined.ts";
import { groupBy } from "../../../src/base/group-by.ts";
import { displayBytes, displayPath } from "../../../src/filesystem/paths.ts";
import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";
import type { Layer } from "../../../src/image/image.ts";
import type { BaseImage } from "../../analysis.ts";
import { adviceFor } from "./advice.ts";
import { linkedNames } from "./linked-names.ts";
import type { SecretInName } from "./secrets-in-names.ts";
import { hashSecret, redactSecret } from "../match/values/mask.ts";
import { locateEntries } from "./locate-entries.ts";
import type { LocatedEntry } from "./locate-entries.ts";
import { severityAt } from "../match/values/path-severity.ts";
import type { Certainty } from "../match/values/path-severity.ts";
import type { Redactor } from "../config/redactor.ts";
import { builtinRules } from "../rules/all.ts";
import { structuralRules } from "../match/formats/found.ts";
import type { ConfigHit } from "../config/scan-config.ts";
import type { SecretFinding, SecretLocation } from "./secret-finding.ts";
import { confidences, severityRank } from "../../../src/base/severity.ts";
import type { Confidence, Severity } from "../../../src/base/severity.ts";
import type { SecretHit } from "../match/secret-hit.ts";
import { insideMark } from "../match/secret-hit.ts";
import { sensitiveName } from "../match/values/sensitive-names.ts";

export interface FindingsInput {
  readonly layers: readonly Pick<Layer, "createdBy">[];
  readonly tree: FileTree;
  /** One list per layer, bottom first; null if the content was not scanned. */
  readonly fileHits: readonly (readonly SecretHit[] | null)[];
  readonly configHits: readonly ConfigHit[];
  readonly inNames: readonly SecretInName[];
  /** `layer:entry` of files that belong to an installed package. */
  readonly owned: ReadonlySet<string>;
  readonly base: Pick<BaseImage, "layers">;
  readonly redact: Redactor;
  /** Titles of custom rules. */
  readonly titles: ReadonlyMap<string, string>;
  /** Set if several platforms are scanned. */
  readonly platform?: string;
}

const builtinTitles = new Map([...builtinRules, ...Object.values(structuralRules)].map((rule) => [rule.id, rule.title]));
/** Rules whose match is a key block or a setting, or is credible without a name or place. */
const certainties = new Map<string, Certainty>([
  [structuralRules.keyValue.id, "setting"],
  ...builtinRules.flatMap((rule): [string, Certainty][] => {
    if (rule.kind !== "token") return [];
    if (rule.severity === "critical" && /private-key$|static-key$/.test(rule.id)) return [[rule.id, "key-block"]];
    return rule.confidence === undefined ? [[rule.id, "form"]] : [];
  }),
]);
/** How many places of a secret in one file are listed. */
const maxLocations = 20;

/** Most severe first, then by rule and fingerprint. */
export function assembleFindings(input: FindingsInput): SecretFinding[] {
  const findings = [...metadataFindings(input), ...fileFindings(input), ...fileNameFindings(input), ...nameFindings(input)];
  return findings.sort(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) || compareTexts(a.rule, b.rule) || compareTexts(a.fingerprint, b.fingerprint),
  );
}

/** ENV, history and so on: one finding per secret. */
function metadataFindings(input: FindingsInput): SecretFinding[] {
  const groups = groupBy(input.configHits, (hit) => hit.secret.hash);
  return [...groups.values()].map((hits) => {
    const best = hits.reduce((a, b) => (rank(b) > rank(a) ? b : a));
    const locations = unique(hits.map((hit) => metadataLocation(hit, input)));
    const dated = hits.filter((hit) => hit.layersBelow !== null);
    const inherited =
      dated.length > 0 &&
      dated.every((hit) => hit.layersBelow! < input.base.layers || (hit.layer !== null && hit.layer < input.base.layers));
    return {
      rule: best.rule,
      title: titleOf(best.rule, input),
      severity: best.severity,
      confidence: best.confidence,
      locations,
      state: "metadata",
      redacted: best.secret.redacted,
      fingerprint: fingerprint(best.rule, "metadata", best.secret.hash),
      advice: adviceFor({ surface: locations[0]!.surface, severity: best.severity, state: "metadata", inherited }),
      inherited,
    };
  });
}

function metadataLocation(hit: ConfigHit, { layers, redact, platform }: FindingsInput): SecretLocation {
  const createdBy = hit.layer === null ? null : (layers[hit.layer]?.createdBy ?? null);
  return {
    surface: hit.surface,
    ...defined({ layer: hit.layer }),
    ...(createdBy === null ? {} : { createdBy: redact(createdBy) }),
    ...(hit.key === null ? {} : { key: redact(hit.key) }),
    ...defined({ platform }),
  };
}

interface Place {
  readonly hit: SecretHit;
  readonly layer: number;
  readonly entry: LocatedEntry;
}

/** Files: one finding per path and secret, across all layers. */
function fileFindings(input: FindingsInput): SecretFinding[] {
  const wanted = input.fileHits.flatMap((hits, layer) => (hits ?? []).map((hit) => `${layer}:${hit.entry}`));
  if (wanted.length === 0) return [];
  const entries = locateEntries(input.tree, new Set(wanted), linkedNames(input.tree));
  const places: Place[] = input.fileHits.flatMap((hits, layer) =>
    (hits ?? []).flatMap((hit) => {
      const id = `${layer}:${hit.entry}`;
      const entry = entries.get(id);
      return entry === undefined || input.owned.has(id) ? [] : [{ hit, layer, entry }];
    }),
  );
  const groups = groupBy(places, ({ hit, entry }) => `${placeOf(entry.path, hit)}\0${hit.secretHash}`);
  return [...groups.values()].map((group) => fileFinding(group, input));
}

function fileFinding(places: readonly Place[], input: FindingsInput): SecretFinding {
  const { hit, entry } = places.reduce((a, b) => (rank(b.hit) > rank(a.hit) ? b : a));
  // The topmost layer that holds the secret decides what became of it.
  const top = places.reduce((a, b) => (b.layer >= a.layer ? b : a));
  const state = stateOf(top.entry.inode, top.entry);
  const inherited = places.every(({ layer }) => layer < input.base.layers);
  const place = placeOf(entry.path, hit);
  const severity = fileSeverity(hit, place);
  return {
    rule: hit.rule,
    title: titleOf(hit.rule, input),
    severity,
    confidence: severity === hit.severity ? hit.confidence : "low",
    locations: unique(places.map(({ hit: h, layer, entry: e }) => fileLocation("file", layer, e.path, input, h))).slice(0, maxLocations),
    state,
    redacted: hit.redacted,
    fingerprint: fingerprint(hit.rule, displayPath(place), hit.secretHash),
    advice: adviceFor({ surface: "file", severity, state, inherited, inArchive: hit.inside !== null }),
    inherited,
  };
}

/** The path as a byte string; inside an archive, with the way through it: `app/app.jar!/BOOT-INF/classes/application.yml`. */
export function placeOf(path: string, { inside }: Pick<SecretHit, "inside">): string {
  return inside === null ? path : `${path}${insideMark}${inside}`;
}

function fileSeverity(hit: SecretHit, path: string): Severity {
  // Key blocks inside programs and libraries belong to their self-tests.
  if (hit.rule === "private-key" && hit.line === null) return "low";
  return severityAt(path, hit.severity, certainties.get(hit.rule) ?? "name");
}

/** Files whose name suggests secrets, if nothing was found in their content. */
function fileNameFindings(input: FindingsInput): SecretFinding[] {
  const { tree } = input;
  const named = new Set<string>();
  for (const [layer, catalog] of tree.catalogs.entries()) {
    for (let entry = 0; entry < catalog.length; entry += 1) {
      if (catalog.size(entry) > 0 && sensitiveName(catalog.path(entry)) !== null) named.add(`${layer}:${entry}`);
    }
  }
  for (const [layer, hits] of input.fileHits.entries()) for (const hit of hits ?? []) named.delete(`${layer}:${hit.entry}`);
  for (const id of input.owned) named.delete(id);
  if (named.size === 0) return [];
  const groups = groupBy([...locateEntries(tree, named, linkedNames(tree)).values()], (entry) => entry.path);
  return [...groups].map(([path, entries]) => {
    const { title, severity: plain } = sensitiveName(path) ?? sensitiveName(entries[0]!.path)!;
    const top = entries.reduce((a, b) => (b.inode.layer >= a.inode.layer ? b : a));
    const state = stateOf(top.inode, top);
    const inherited = entries.every(({ inode }) => inode.layer < input.base.layers);
    const severity = severityAt(path, plain, "name");
    return {
      rule: structuralRules.sensitiveFile.id,
      title: `${structuralRules.sensitiveFile.title}: ${title}`,
      severity,
      confidence: "low" as const,
      locations: unique(entries.map(({ inode }) => fileLocation("file-name", inode.layer, path, input, null))).slice(0, maxLocations),
      state,
      redacted: "",
      fingerprint: fingerprint(structuralRules.sensitiveFile.id, displayPath(path), ""),
      advice: adviceFor({ surface: "file-name", severity, state, inherited }),
      inherited,
    };
  });
}

/** Tokens in file names, symlink targets and extended attributes: one finding per secret. Its places are shown with the secret masked. */
function nameFindings(input: FindingsInput): SecretFinding[] {
  const groups = groupBy(input.inNames, ({ match }) => hashSecret(match.secret));
  return [...groups].map(([hash, places]) => {
    const { match, what, path, masked } = places[0]!;
    const { rule, confidence, secret } = match;
    const severity = severityAt(path, match.severity, certainties.get(rule.id) ?? "name");
    const state = stateAt(input.tree, path);
    const inherited = places.every(({ layer }) => layer < input.base.layers);
    return {
      rule: rule.id,
      title: `${titleOf(rule.id, input)} in ${whereIn[what]}`,
      severity,
      confidence,
      locations: unique(places.map((place) => fileLocation("file-name", place.layer, place.masked, input, null))).slice(0, maxLocations),
      state,
      redacted: redactSecret(secret),
      fingerprint: fingerprint(rule.id, displayPath(masked), hash),
      advice: adviceFor({ surface: "file-name", severity, state, inherited }),
      inherited,
    };
  });
}

const whereIn = { name: "the name of a file", link: "the target of a symlink", attribute: "an extended attribute" } as const;

/** `present`, or the first layer that deleted the path or a directory above it. */
function stateAt(tree: FileTree, path: string): string {
  let node: FileNode | undefined = tree.root;
  for (const name of path.split("/")) {
    node = node.children?.get(name);
    if (node === undefined) return "present";
    const last = node.versions.at(-1);
    if (node.inode === null && last?.inode === null) return `deleted in layer ${last.layer} but recoverable`;
  }
  return "present";
}

function fileLocation(
  surface: "file" | "file-name",
  layer: number,
  path: string,
  { layers, redact, platform }: FindingsInput,
  hit: SecretHit | null,
): SecretLocation {
  const createdBy = layers[layer]?.createdBy ?? null;
  return {
    surface,
    layer,
    ...(createdBy === null ? {} : { createdBy: redact(createdBy) }),
    path: displayPath(path),
    ...(hit === null || hit.inside === null ? {} : { inside: displayBytes(hit.inside) }),
    ...(hit === null || hit.line === null ? {} : { line: hit.line }),
    ...(hit === null || hit.key === null ? {} : { key: redact(hit.key) }),
    ...defined({ platform }),
  };
}

/** The state of a file: `present`, or the first later layer that changes its path. */
function stateOf(inode: Inode, { node }: LocatedEntry): string {
  if (inode.links > 0) return "present";
  const at = node.versions.findIndex((version) => version.inode === inode);
  const next = node.versions[at + 1];
  if (next === undefined) return "present";
  return next.inode === null ? `deleted in layer ${next.layer} but recoverable` : `overwritten in layer ${next.layer}`;
}

/**
 * Stable across runs and rebuilds, because it depends on what was found and where a person would look for it, not on layer digests. Twelve
 * hex digits of the secret's hash are included, so that a new secret in an old place is a new finding.
 */
export function fingerprint(rule: string, place: string, secretHash: string): string {
  return createHash("sha256").update([rule, place, secretHash].join("\0")).digest("hex").slice(0, 16);
}

function titleOf(rule: string, { titles }: FindingsInput): string {
  return titles.get(rule) ?? builtinTitles.get(rule) ?? rule;
}

function rank({ severity, confidence }: { severity: Severity; confidence: Confidence }): number {
  return severityRank(severity) * confidences.length + confidences.indexOf(confidence);
}

function unique(locations: readonly SecretLocation[]): SecretLocation[] {
  return [...new Map(locations.map((location) => [JSON.stringify(location), location])).values()];
}
