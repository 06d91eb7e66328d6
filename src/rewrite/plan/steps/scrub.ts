/** Removes secrets from files, environment, labels and history. It cannot make them secret again. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import type { SecretFinding, SecretLocation } from "../../../../analyzers/secrets/findings/secret-finding.ts";
import { structuralRules } from "../../../../analyzers/secrets/match/formats/found.ts";
import { liveNodes } from "../../../filesystem/live-files.ts";
import type { LiveNode } from "../../../filesystem/live-files.ts";
import type { FileNode, FileTree, Inode } from "../../../filesystem/file-tree.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import { plural } from "../../../terminal/format-bytes.ts";
import { KeptByUse } from "../kept-by-use.ts";
import { FreedBytes } from "../figures/freed-bytes.ts";
import type { OptimizeOptions } from "../plan.ts";
import type { Uses } from "../../uses/uses.ts";
import { KeptPaths } from "./kept-paths.ts";
import { step } from "../squash.ts";
import type { PlanPath, PlanStep } from "../plan.ts";

export function scrubStep({ image, secrets, tree }: Analysis, options: OptimizeOptions, warnings: string[]): PlanStep {
  const locationsOf = (finding: SecretFinding): readonly SecretLocation[] =>
    finding.locations.filter((location) => isScrubbed(finding, location));
  const locations = (secrets ?? []).flatMap(locationsOf);
  // Hidden and removed files are in no new layer anyway.
  const present = (secrets ?? []).filter(({ state }) => state === "present").flatMap(locationsOf);
  const { nodes, keptByGlob, archives } = secretFiles(tree, present, new KeptPaths(options.keep));
  if (options.scrubSecrets) warnings.push(...usedWarnings(nodes, options.uses));
  const freed = new FreedBytes(options.keepLayers);
  const paths: readonly PlanPath[] = nodes.map((node) => ({ path: displayPath(node.path), bytes: freed.remove(node) }));
  // Also files that a layer above removes or replaces: the kept layer still holds them.
  const inKept = new Set(
    locations.flatMap(({ path, layer }) => (path !== undefined && layer !== undefined && layer < options.keepLayers ? [path] : [])),
  ).size;
  const names = new Set(image.config.container.env.map((row) => row.split("=", 1)[0]!));
  const env = keysOf(locations, "env").filter((name) => names.has(name));
  const labels = keysOf(locations, "label").filter((name) => Object.hasOwn(image.config.container.labels, name));
  const detail = detailOf(secrets, paths.length, env.length + labels.length, inKept);
  return step(
    "scrub-secrets",
    "scrub secrets",
    `${detail}${archivesLeft(archives)}${keptByGlob.list.length === 0 ? "" : `; ${plural(keptByGlob.list.length, "file")} with secrets stay, as --keep says`}`,
    options.scrubSecrets,
    {
      paths,
      kept: keptByGlob.list,
      scrub: { env, labels, history: true },
    },
  );
}

interface SecretFiles {
  /** To be removed. */
  readonly nodes: readonly LiveNode[];
  /** Kept because of `--keep`. */
  readonly keptByGlob: KeptByUse;
  /** Archives, which are kept because their other content is needed. */
  readonly archives: readonly string[];
}

/** The live files that hold secrets. A hard-linked file is removed with all its names, since each has the same content. */
function secretFiles(tree: FileTree, locations: readonly SecretLocation[], keep: KeptPaths): SecretFiles {
  const isArchive = inodesAt(
    tree,
    locations.filter(({ inside }) => inside !== undefined),
  );
  const holders = inodesAt(tree, locations);
  const nodes: LiveNode[] = [];
  const keptByGlob = new KeptByUse([]);
  const archives: string[] = [];
  if (holders.size > 0) {
    for (const node of liveNodes(tree)) {
      if (!holders.has(node.inode)) continue;
      const glob = keep.globOf(node);
      if (keptByGlob.add(glob === null ? null : { node, why: `--keep ${glob.text} says so` }, node)) continue;
      if (isArchive.has(node.inode)) archives.push(displayPath(node.path));
      else nodes.push(node);
    }
  }
  return { nodes, keptByGlob, archives };
}

/** The live files at these places. */
function inodesAt(tree: FileTree, locations: readonly SecretLocation[]): ReadonlySet<Inode> {
  const paths = new Set(locations.flatMap(({ path }) => (path === undefined ? [] : [path])));
  const inodes = new Set<Inode>();
  if (paths.size > 0) for (const { path, inode } of liveNodes(tree)) if (paths.has(displayPath(path))) inodes.add(inode);
  return inodes;
}

/** At most this many uses are listed. */
const mostWarnings = 5;

/** A file that the image uses, such as a server's key, is removed as requested, but with a warning. */
function usedWarnings(nodes: readonly FileNode[], uses: Uses): string[] {
  const used = nodes.flatMap((node) => {
    const why = uses.namedBy(node);
    return why === null
      ? []
      : [`--scrub-secrets removes ${displayPath(node.path)}, which the image uses: ${why}; mount it at run time, or keep it with --keep`];
  });
  const more = used.length - mostWarnings;
  return [
    ...used.slice(0, mostWarnings),
    ...(more > 0 ? [`--scrub-secrets removes ${plural(more, "more file")} that the image uses`] : []),
  ];
}

/** Whether the step scrubs it: low confidence is not enough to remove a file, but secrets in the config are always masked. */
export function isScrubbed({ rule, confidence, severity }: SecretFinding, { surface }: SecretLocation): boolean {
  if (severity === "info") return false;
  // A file is removed for its content, never just for its name.
  if (surface === "file-name" && rule !== structuralRules.sensitiveFile.id) return false;
  return (surface !== "file" && surface !== "file-name") || confidence !== "low";
}

function archivesLeft(paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
  return `; secrets inside archives cannot be scrubbed, and without --keep nothing is written while they are there: ${paths.slice(0, 3).join(", ")}${more}`;
}

function keysOf(locations: readonly SecretLocation[], surface: SecretLocation["surface"]): string[] {
  return [
    ...new Set(locations.flatMap((location) => (location.surface === surface && location.key !== undefined ? [location.key] : []))),
  ].sort();
}

function detailOf(secrets: Analysis["secrets"], files: number, keys: number, inKept: number): string {
  if (secrets === null) return "secrets were not looked for: add --scrub-secrets";
  if (secrets.length === 0) return "none were found";
  const kept = inKept === 0 ? "" : `; ${plural(inKept, "file")} of kept layers can still be recovered from them: merge them with --all`;
  return `${plural(files, "file")} and ${plural(keys, "variable or label", "variables and labels")} go or get masked, history is masked${kept}. Whoever had the old image has the secrets: rotate them`;
}
