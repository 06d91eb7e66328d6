/** Waste grouped for people: 2,000 documents deleted by one command are one line. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import type { Waste, WasteCause } from "../analysis.ts";

export interface WasteGroup {
  readonly cause: WasteCause;
  readonly layer: number;
  readonly supersededBy: number;
  /** The file, or the directory that holds all of them. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Directories that all programs share. A row that named one of them would say nothing, so their children get rows of their own. Any other
 * directory is one row, however much is below it: what one `chown -R` did is one thing to fix.
 */
const shared: ReadonlySet<string> = new Set([
  "/",
  "/bin",
  "/etc",
  "/home",
  "/lib",
  "/lib64",
  "/mnt",
  "/opt",
  "/root",
  "/run",
  "/sbin",
  "/srv",
  "/tmp",
  "/var",
  "/usr",
  "/usr/bin",
  "/usr/lib",
  "/usr/lib64",
  "/usr/libexec",
  "/usr/local",
  "/usr/sbin",
  "/usr/share",
  "/usr/src",
  "/usr/local/bin",
  "/usr/local/lib",
  "/usr/local/share",
  "/var/cache",
  "/var/lib",
  "/var/log",
]);
/** The most rows for one shared directory. If there are more, the smallest are put into one row that names the directory itself. */
const mostParts = 16;

/** A directory of the wasted paths of one cause and one pair of layers. */
interface Directory {
  readonly path: string;
  readonly directories: Map<string, Directory>;
  /** About the files directly in it: how many, their bytes, and the path of the last one. */
  files: number;
  fileBytes: number;
  onePath: string;
}

/**
 * Waste rolled up by directory, cause and pair of layers; largest first. Every row is in exactly one group, so the groups' bytes sum up
 * to the rows'. Takes time in proportion to the length of all paths.
 */
export function groupWaste(waste: readonly Waste[]): WasteGroup[] {
  const roots = new Map<string, { readonly row: Waste; readonly root: Directory }>();
  for (const row of waste) {
    const key = `${row.cause} ${row.layer} ${row.supersededBy}`;
    let tree = roots.get(key);
    if (tree === undefined) roots.set(key, (tree = { row, root: directory("/") }));
    add(tree.root, row);
  }
  const groups: WasteGroup[] = [];
  for (const { row, root } of roots.values()) {
    const { cause, layer, supersededBy } = row;
    for (const part of partsOf(root)) groups.push({ cause, layer, supersededBy, ...part });
  }
  return groups.sort((a, b) => b.bytes - a.bytes || compareTexts(a.path, b.path) || a.layer - b.layer);
}

function directory(path: string): Directory {
  return { path, directories: new Map(), files: 0, fileBytes: 0, onePath: path };
}

function add(root: Directory, { path, bytes }: Waste): void {
  let at = root;
  for (let start = 1; ;) {
    const slash = path.indexOf("/", start);
    if (slash < 0) break;
    const name = path.slice(start, slash);
    let next = at.directories.get(name);
    if (next === undefined) at.directories.set(name, (next = directory(path.slice(0, slash))));
    at = next;
    start = slash + 1;
  }
  at.files += 1;
  at.fileBytes += bytes;
  at.onePath = path;
}

type Part = Pick<WasteGroup, "path" | "files" | "bytes">;

/** The rows for a tree: one, except for the directories that all programs share. */
function partsOf(tree: Directory): Part[] {
  const parts: Part[] = [];
  const open = [tree];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (!shared.has(at.path)) {
      parts.push(rollUp(deepest(at)));
      continue;
    }
    const children = [...at.directories.values()];
    // Children that are themselves shared are split in turn.
    open.push(...children.filter(({ path }) => shared.has(path)));
    const own = children.filter(({ path }) => !shared.has(path)).map((child) => rollUp(deepest(child)));
    own.sort((a, b) => b.bytes - a.bytes);
    const named = own.length > mostParts ? mostParts - 1 : own.length;
    parts.push(...own.slice(0, named));
    const rest = own.slice(named);
    const files = rest.reduce((sum, part) => sum + part.files, at.files);
    const bytes = rest.reduce((sum, part) => sum + part.bytes, at.fileBytes);
    if (files > 0) parts.push({ path: files === 1 && at.files === 1 ? at.onePath : at.path, files, bytes });
  }
  return parts;
}

/** The deepest directory that holds all wasted paths of `top`. */
function deepest(top: Directory): Directory {
  let at = top;
  while (at.files === 0 && at.directories.size === 1) for (const only of at.directories.values()) at = only;
  return at;
}

/** Everything in and below a directory as one row, which names the file when there is only one. */
function rollUp(top: Directory): Part {
  let files = 0;
  let bytes = 0;
  const open = [top];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    files += at.files;
    bytes += at.fileBytes;
    open.push(...at.directories.values());
  }
  return { path: files === 1 ? top.onePath : top.path, files, bytes };
}

/** How to avoid this waste, fitted to the commands of the storing and the superseding layer, with the bytes it saves. */
export function adviceForWaste(group: WasteGroup, createdBy: (layer: number) => string): string {
  const saves = `saves ${formatBytes(group.bytes)}`;
  const storing = createdBy(group.layer);
  const superseding = createdBy(group.supersededBy);
  switch (group.cause) {
    case "metadata":
      if (/\bchown\b/.test(superseding))
        return `${isCopy(storing) ? "use `COPY --chown`" : "set the owner in the RUN that makes the files"}: ${saves}`;
      if (/\bchmod\b/.test(superseding))
        return `${isCopy(storing) ? "use `COPY --chmod`" : "set the mode in the RUN that makes the files"}: ${saves}`;
      return `set owner, mode and times in the layer that makes the files: ${saves}`;
    case "identical":
      return `leave the files alone in layer ${group.supersededBy}, which stores them again unchanged: ${saves}`;
    case "removed":
      if (group.layer === group.supersededBy) return `the layer stores them twice; rebuild it: ${saves}`;
      if (isCopy(storing)) return `copy them in an earlier stage, or mount them with \`RUN --mount=type=bind\`: ${saves}`;
      return `remove them in the RUN that makes them: ${saves}`;
    case "overwritten":
      return `make the files once, in layer ${group.supersededBy}, or build in an earlier stage and copy the result: ${saves}`;
  }
}

function isCopy(createdBy: string): boolean {
  return /^(?:COPY|ADD)\b|#\(nop\) (?:COPY|ADD)/.test(createdBy);
}
