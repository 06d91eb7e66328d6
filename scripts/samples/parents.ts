/** Layers as Docker writes them: every parent directory of what changed stands in the layer too, as the layers below have it. */
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { directory } from "../../test/helpers/tar-fixture.ts";
import type { FixtureEntry, FixtureItem } from "../../test/helpers/tar-fixture.ts";

export function withParents(image: ImageFixture): ImageFixture {
  const known = new Map<string, FixtureEntry>();
  return {
    ...image,
    layers: image.layers.map((layer) => {
      if (!("content" in layer) || Buffer.isBuffer(layer.content)) return layer;
      return { ...layer, content: completed(layer.content, known) };
    }),
  };
}

function completed(items: readonly FixtureItem[], known: Map<string, FixtureEntry>): FixtureItem[] {
  const stated = new Set<string>();
  return items.flatMap((item): FixtureItem[] => {
    if ("raw" in item) return [item];
    const name = String(item.name);
    const parents = ancestors(name).filter((path) => !stated.has(path));
    for (const path of [...parents, name]) stated.add(path);
    if (item.type === "directory") known.set(name, item);
    const missing = parents.map((path) => known.get(path) ?? directory(path));
    for (const entry of missing) known.set(String(entry.name), entry);
    return [...missing, item];
  });
}

/** `a/b/c` → `a`, `a/b`. */
function ancestors(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
