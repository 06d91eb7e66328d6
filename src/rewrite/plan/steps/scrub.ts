/** Takes found secrets out: files, environment, labels, history. What it cannot do is make them secret again. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import type { SecretFinding, SecretLocation } from "../../../../analyzers/secrets/findings/secret-finding.ts";
import { liveNodes } from "../../../filesystem/live-files.ts";
import type { FileNode, Inode } from "../../../filesystem/file-tree.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import { plural } from "../../../terminal/format-bytes.ts";
import { FreedBytes } from "../freed-bytes.ts";
import { parseGlob } from "../../../base/glob.ts";
import type { OptimizeOptions } from "../plan.ts";
import { step } from "../squash.ts";
import type { PlanPath, PlanStep } from "../plan.ts";

/** Surfaces whose text is masked, not removed. */
const spoken: ReadonlySet<SecretLocation["surface"]> = new Set([
  "build-arg",
  "history",
  "command",
  "healthcheck",
  "onbuild",
  "author",
  "legacy-config",
  "provenance",
] as const);

export function scrubStep({ secrets, tree }: Analysis, options: OptimizeOptions): PlanStep {
  const locations = (secrets ?? []).filter(isSure).flatMap((finding) => finding.locations);
  const wanted = new Set(
    locations.flatMap(({ surface, path }) => ((surface === "file" || surface === "file-name") && path !== undefined ? [path] : [])),
  );
  const keep = options.keep.map(parseGlob);
  const paths: PlanPath[] = [];
  const freed = new FreedBytes(options.keepLayers);
  const nodes: (FileNode & { readonly inode: Inode })[] = [];
  if (wanted.size > 0) {
    for (const node of liveNodes(tree))
      if (wanted.has(displayPath(node.path)) && !keep.some((glob) => glob.matches(node.path))) nodes.push(node);
  }
  for (const node of nodes) paths.push({ path: displayPath(node.path), bytes: freed.remove(node) });
  // Also what a layer above removed or replaced: the kept layer still holds it.
  const inKept = new Set(
    locations.flatMap(({ path, layer }) => (path !== undefined && layer !== undefined && layer < options.keepLayers ? [path] : [])),
  ).size;
  const env = keysOf(locations, "env");
  const labels = keysOf(locations, "label");
  const history = locations.some(({ surface }) => spoken.has(surface) || surface === "env" || surface === "label");
  return step("scrub-secrets", "scrub secrets", detailOf(secrets, paths.length, env.length + labels.length, inKept), options.scrubSecrets, {
    paths,
    scrub: { env, labels, history: history || options.scrubSecrets },
  });
}

/** A guess is no reason to remove a file. */
function isSure({ confidence, severity }: SecretFinding): boolean {
  return confidence !== "low" && severity !== "info";
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
  return `${plural(files, "file")} and ${plural(keys, "variable or label", "variables and labels")} go, history is masked${kept}. Whoever had the old image has the secrets: rotate them`;
}
