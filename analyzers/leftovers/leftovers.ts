/** Finds leftovers in the final tree, by layer, and says how to keep them out and how much that saves. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { Inode } from "../../src/filesystem/file-tree.ts";
import { displayPath, parentPath } from "../../src/filesystem/paths.ts";
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import type { Leftover } from "../analysis.ts";
import type { LeftoverRule } from "./rules.ts";
import { leftoverRuleOf, mayBeLeftoverName, mayHoldLeftovers } from "./match.ts";
import { isSpareBytecode } from "./spare-bytecode.ts";
import type { LiveFiles } from "../../src/filesystem/live-files.ts";

/** Directories named in a finding. */
const mostPaths = 3;

interface Found {
  readonly rule: LeftoverRule;
  readonly layer: number;
  bytes: number;
  files: number;
  /** Bytes by directory. */
  readonly directories: Map<string, number>;
}

/**
 * Most bytes first; findings without any bytes are left out. `createdBy` gives each layer's command, redacted; `onCounted` is called with
 * every inode whose bytes are counted.
 */
export function findLeftovers(
  files: LiveFiles,
  createdBy: (layer: number) => string,
  onCounted: (inode: Inode) => void = () => {},
): Leftover[] {
  const found = new Map<string, Found>();
  // Most files match no rule, and their directory alone tells that; it is asked once for all of them.
  let directory: string | null = null;
  let mayHold = false;
  for (const file of files) {
    if (file.directory !== directory) {
      ({ directory } = file);
      mayHold = mayHoldLeftovers(directory);
    }
    if (!mayHold && !mayBeLeftoverName(file.name)) continue;
    const { path } = file;
    const rule = leftoverRuleOf(path);
    if (rule === null || (rule.category === "pyc" && !isSpareBytecode(files.tree, file.node))) continue;
    const { layer, bytes, inode } = file;
    const key = `${rule.id} ${layer}`;
    let finding = found.get(key);
    if (finding === undefined) found.set(key, (finding = { rule, layer, bytes: 0, files: 0, directories: new Map() }));
    finding.files += 1;
    // The bytes of a hard-linked file count at the name it was stored under.
    if (inode.storedAt !== file.node) continue;
    finding.bytes += bytes;
    onCounted(inode);
    const above = parentPath(path);
    finding.directories.set(above, (finding.directories.get(above) ?? 0) + bytes);
  }
  return [...found.values()]
    .filter(({ bytes }) => bytes > 0)
    .map((finding) => describe(finding, createdBy(finding.layer)))
    .sort((a, b) => b.bytes - a.bytes || a.layer - b.layer || compareTexts(a.rule, b.rule));
}

function describe({ rule, layer, bytes, files, directories }: Found, createdBy: string): Leftover {
  const remedy = rule.remedies.find(({ command }) => command === undefined || command.test(createdBy))!;
  const mount = rule.mount !== undefined && isRun(createdBy) ? `, or mount it: \`RUN --mount=type=cache,target=${rule.mount}\`` : "";
  const paths = [...directories].sort((a, b) => b[1] - a[1]).slice(0, mostPaths);
  return {
    rule: rule.id,
    title: rule.title,
    category: rule.category,
    layer,
    createdBy,
    bytes,
    files,
    paths: paths.map(([path]) => displayPath(path)),
    advice: `${remedy.advice}${mount}: saves ${formatBytes(bytes)}`,
  };
}

function isRun(createdBy: string): boolean {
  return createdBy !== "" && !/^(?:COPY|ADD)\b|#\(nop\)/.test(createdBy);
}
