/** Images that begin with the same layers, found with a trie over diff IDs, which compression and registries do not change. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { HeldImage } from "./holding.ts";

export interface BaseFamily {
  /** The layers that all its images begin with. */
  readonly layers: number;
  /** Diff ID of the uppermost of them. */
  readonly diffId: string;
  /** Stored bytes of these layers. */
  readonly bytes: number;
  /** How many images begin with them, including those of families within it. */
  readonly images: number;
  /** An image that has these layers and no others; null when there is none. */
  readonly base: string | null;
  /** Names of at most `mostNames` of its images, except those of families within it. */
  readonly names: readonly string[];
  /** Index of the family that this one is a part of; null for none. */
  readonly within: number | null;
}

/** How many names are listed for a family. */
const mostNames = 10;

interface Node {
  readonly diffId: string;
  readonly layers: number;
  readonly bytes: number;
  images: number;
  readonly ending: HeldImage[];
  readonly children: Map<string, Node>;
}

/** Most images first; a family comes after the one that it is within. */
export function findFamilies(images: readonly HeldImage[], nameOf: (image: HeldImage) => string): BaseFamily[] {
  const root: Node = { diffId: "", layers: 0, bytes: 0, images: 0, ending: [], children: new Map() };
  for (const image of images) {
    let node = root;
    for (const { diffId, bytes } of image.layers) {
      let next = node.children.get(diffId);
      if (next === undefined) {
        next = { diffId, layers: node.layers + 1, bytes: node.bytes + bytes, images: 0, ending: [], children: new Map() };
        node.children.set(diffId, next);
      }
      next.images += 1;
      node = next;
    }
    node.ending.push(image);
  }
  const families: BaseFamily[] = [];
  const queue = [...root.children.values()].map((node) => ({ node, within: null as number | null }));
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const { node } = entry;
    if (node.images < 2) continue;
    let { within } = entry;
    // If all of them go on with the same layer, that one is shared as well.
    if (node.ending.length > 0 || node.children.size > 1) {
      const own = [...node.ending, ...[...node.children.values()].filter((child) => child.images === 1).map(onlyImage)];
      families.push({
        layers: node.layers,
        diffId: node.diffId,
        bytes: node.bytes,
        images: node.images,
        base: node.ending[0] === undefined ? null : nameOf(node.ending[0]),
        names: own.map(nameOf).sort(compareTexts).slice(0, mostNames),
        within,
      });
      within = families.length - 1;
    }
    for (const child of node.children.values()) queue.push({ node: child, within });
  }
  return ordered(families);
}

function onlyImage(node: Node): HeldImage {
  let at = node;
  while (at.ending.length === 0) [at] = at.children.values() as unknown as [Node];
  return at.ending[0]!;
}

function ordered(families: readonly BaseFamily[]): BaseFamily[] {
  const order = families
    .map((family, index) => ({ family, index }))
    .sort(
      (a, b) => b.family.images - a.family.images || a.family.layers - b.family.layers || compareTexts(a.family.diffId, b.family.diffId),
    );
  const places = new Map(order.map(({ index }, place) => [index, place]));
  return order.map(({ family }) => (family.within === null ? family : { ...family, within: places.get(family.within)! }));
}
