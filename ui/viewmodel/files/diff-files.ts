/** Computes the diff of two versions of a path: metadata, then a unified diff of the text. */
import type { FileNode, Inode } from "../../../src/filesystem/file-tree.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import { displayPath } from "../../../src/filesystem/paths.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { DiffModel, diffLimit, metadataLines } from "../diff.ts";
import { blank, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import type { Role } from "../../terminal/theme.ts";
import { ViewerModel } from "../viewer.ts";

/** Milliseconds after which two files count as too different to compare line by line. */
const diffTimeout = 2000;

export async function diffVersions(
  catalogs: readonly Catalog[],
  node: FileNode,
  before: Inode,
  after: Inode,
  read: (inode: Inode, maxBytes: number) => Promise<Buffer>,
): Promise<DiffModel> {
  const title = `${displayPath(node.path)}  layer ${before.layer} → ${after.layer}`;
  const head: Line[] = [[["Metadata", "titleFocused"]], ...metadataLines(catalogs, before, after), blank];
  if (before.type !== EntryType.file || after.type !== EntryType.file) return new DiffModel(title, head);
  const largest = Math.max(before.bytes, after.bytes);
  if (largest > diffLimit)
    return new DiffModel(title, [...head, note(`${formatBytes(largest)} is more than is compared (${formatBytes(diffLimit)}).`)]);
  const [a, b] = [await read(before, diffLimit), await read(after, diffLimit)];
  if (a.equals(b)) return new DiffModel(title, [...head, note("The content is the same, byte for byte.")]);
  const [left, right] = [new ViewerModel("", a, a.length), new ViewerModel("", b, b.length)];
  if (left.isBinary || right.isBinary) return new DiffModel(title, [...head, note("Binary content differs."), ...firstDifference(a, b)]);
  return new DiffModel(title, [...head, [["Content", "titleFocused"]], ...(await unified(left.lines, right.lines, before, after))]);
}

function note(text: string): Line {
  return [[text, "dim"]];
}

function firstDifference(a: Buffer, b: Buffer): Line[] {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return [note(`The first difference is at byte ${at}.`)];
}

/** The lines are already printable, so nothing in the diff can harm the terminal. */
async function unified(a: readonly string[], b: readonly string[], before: Inode, after: Inode): Promise<Line[]> {
  const { structuredPatch } = await import("diff");
  const patch = await new Promise<
    { hunks: { oldStart: number; oldLines: number; newStart: number; newLines: number; lines: string[] }[] } | undefined
  >((resolve) => {
    structuredPatch("a", "b", `${a.join("\n")}\n`, `${b.join("\n")}\n`, undefined, undefined, {
      context: 3,
      timeout: diffTimeout,
      callback: resolve,
    });
  });
  if (patch === undefined) return [note("The two are too different to compare line by line.")];
  const lines: Line[] = [[[`--- layer ${before.layer}`, "removed"]], [[`+++ layer ${after.layer}`, "added"]]];
  for (const hunk of patch.hunks) {
    lines.push([[`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, "metadata"]]);
    for (const line of hunk.lines) lines.push([[safe(line), roleOf(line)]]);
  }
  return lines;
}

function roleOf(line: string): Role {
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "text";
}
