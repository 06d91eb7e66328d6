/** A small tree of files in memory, written as a directory or as a tar archive. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { directory, file, symlink, tar } from "../tar-fixture.ts";
import type { FixtureItem } from "../tar-fixture.ts";

export type Files = Map<string, Buffer | { readonly symlink: string }>;

/** Writes the files below `root`, which is made. Returns `root`. */
export function writeFiles(root: string, files: Files): string {
  mkdirSync(root, { recursive: true });
  for (const [name, content] of files) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (Buffer.isBuffer(content)) writeFileSync(path, content);
    else symlinkSync(content.symlink, path);
  }
  return root;
}

/** The same as a tar archive, directories included, in the map's order or sorted by name. */
export function filesToTar(files: Files, order: "given" | "sorted" = "given"): Buffer {
  const items: FixtureItem[] = [];
  const seen = new Set<string>();
  const names = order === "sorted" ? [...files.keys()].sort() : [...files.keys()];
  for (const name of names) {
    const parts = name.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts.slice(0, depth).join("/");
      if (!seen.has(parent)) items.push(directory(parent));
      seen.add(parent);
    }
    const content = files.get(name)!;
    items.push(Buffer.isBuffer(content) ? file(name, content) : symlink(name, content.symlink));
  }
  return tar(items);
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}
