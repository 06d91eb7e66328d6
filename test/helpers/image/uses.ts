/** What an image uses, for tests: an image from a short description, and what of it stays. */
import { dropRulesOf } from "../../../analyzers/leftovers/match.ts";
import { isSpareBytecode } from "../../../analyzers/leftovers/spare-bytecode.ts";
import { liveFiles } from "../../../src/filesystem/live-files.ts";
import type { Image } from "../../../src/image/image.ts";
import { findUses } from "../../../src/rewrite/uses/find-uses.ts";
import type { Uses } from "../../../src/rewrite/uses/uses.ts";
import { noConfigEdits } from "../../../src/rewrite/plan/plan.ts";
import { memoryImage } from "./memory-image.ts";
import { file, symlink, tar } from "../tar-fixture.ts";
import { readLayers } from "../trees/tree-lines.ts";

export interface UsedImage {
  /** Content by path; `-> target` makes a symlink, a content that begins with `#!` or the ELF magic is executable. */
  readonly files: Readonly<Record<string, string>>;
  /** The config's `config` object. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What made the layer. */
  readonly createdBy?: string;
}

export function usedImage({ files, config = {}, createdBy = "RUN make" }: UsedImage): { image: Image; layers: Buffer[] } {
  const items = Object.entries(files).map(([path, content]) => {
    if (content.startsWith("-> ")) return symlink(path, content.slice(3));
    return file(path, Buffer.from(content, "latin1"), { mode: /^(?:#!|\x7fELF)/.test(content) ? 0o755 : 0o644 });
  });
  const layers = [tar(items)];
  const image = memoryImage(layers, { config: { config } });
  return { image: { ...image, layers: image.layers.map((layer) => ({ ...layer, createdBy })) }, layers };
}

export async function usesOf(description: UsedImage): Promise<Uses> {
  const { image, layers } = usedImage(description);
  return findUses({ image, tree: readLayers(layers).tree, edits: noConfigEdits });
}

/** The leftovers of an image that stay (with the reason) and those that may go, by path. */
export async function keptAndDropped(description: UsedImage): Promise<{ kept: Record<string, string>; dropped: string[] }> {
  const uses = await usesOf(description);
  const kept: Record<string, string> = {};
  const dropped: string[] = [];
  for (const { node, path } of liveFiles(uses.tree)) {
    if (!dropRulesOf(path).some(({ category }) => category !== "pyc" || isSpareBytecode(uses.tree, node))) continue;
    const use = uses.keptBy(node);
    if (use === null) dropped.push(`/${path}`);
    else kept[`/${path}`] = use.why;
  }
  return { kept, dropped };
}
