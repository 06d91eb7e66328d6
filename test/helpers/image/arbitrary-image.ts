/**
 * Generated images for property tests: layers that add, overwrite, restate, chmod, remove, hide, retype and link files, also through
 * symlinked parents and across layers. Every layer is one that the specification gives exactly one meaning, whatever order its
 * whiteouts stand in; shapes on which engines disagree are left to hand-written cases.
 */

import * as fc from "../draws.ts";
import { baseOf, nameOf, naiveApply, parentOf, realPath } from "../trees/naive-merge.ts";
import type { NaiveInode, NaiveTree } from "../trees/naive-merge.ts";
import { directory, file, hardlink, opaque, symlink, whiteout } from "../tar-fixture.ts";
import type { FixtureEntry } from "../tar-fixture.ts";

export interface GeneratedImage {
  /** Bottom first: ready for `tar()` and `buildImage`. */
  readonly layers: readonly (readonly FixtureEntry[])[];
  /** What they mean, by `naive-merge.ts`. */
  readonly tree: NaiveTree;
}

export interface GeneratedImageOptions {
  readonly maxLayers?: number;
  readonly maxOperations?: number;
}

/** Printed small when a property fails: each layer as the list of its entries. */
export function arbitraryImage(options: GeneratedImageOptions = {}): fc.Arbitrary<GeneratedImage> {
  const layer = fc.record({
    operations: fc.array(operation, { minLength: 1, maxLength: options.maxOperations ?? 12 }),
    markers: fc.constantFrom("first", "last", "between"),
  });
  return fc.array(layer, { minLength: 1, maxLength: options.maxLayers ?? 6 }).map((plans) => {
    const layers: FixtureEntry[][] = [];
    let tree: NaiveTree = new Map();
    for (const plan of plans) {
      const entries = linked(tree, ordered(new LayerMaker(tree).make(plan.operations), plan.markers), layers.length);
      tree = naiveApply(tree, entries, layers.length);
      layers.push(entries);
    }
    return Object.assign({ layers, tree }, { [fc.toStringMethod]: () => describeLayers(layers) });
  });
}

/** An entry may take away what a link of the same layer leads to, which no engine takes: then the layer is made without links. */
function linked(tree: NaiveTree, entries: FixtureEntry[], layer: number): FixtureEntry[] {
  try {
    naiveApply(tree, entries, layer);
    return entries;
  } catch {
    return entries.filter(({ type }) => type !== "hardlink");
  }
}

type Kind =
  | "add"
  | "add-deep"
  | "directory"
  | "symlink"
  | "symlink-to-directory"
  | "through-symlink"
  | "overwrite"
  | "chmod"
  | "chmod-directory"
  | "restate"
  | "remove"
  | "remove-nothing"
  | "opaque"
  | "replace-by-file"
  | "replace-by-directory"
  | "remove-and-add"
  | "link-new"
  | "link-lower"
  | "fifo";

interface Operation {
  readonly kind: Kind;
  /** Chooses among what there is. */
  readonly pick: number;
  readonly path: string;
  readonly content: string;
  readonly attributes: { readonly mode: number; readonly uid: number; readonly mtime: number; readonly xattrs?: Record<string, string> };
}

const weights: Record<Kind, number> = {
  add: 6,
  "add-deep": 2,
  directory: 2,
  symlink: 1,
  "symlink-to-directory": 2,
  "through-symlink": 2,
  overwrite: 3,
  chmod: 3,
  "chmod-directory": 1,
  restate: 2,
  remove: 4,
  "remove-nothing": 1,
  opaque: 2,
  "replace-by-file": 2,
  "replace-by-directory": 2,
  "remove-and-add": 2,
  "link-new": 2,
  "link-lower": 2,
  fifo: 1,
};

const names = ["a", "b", "lib", "x", "y"];
const contents = ["", "1", "two", "x".repeat(511), "x".repeat(512), "y".repeat(513), "z".repeat(3000), "long ".repeat(1000)];

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(...Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) }))),
  pick: fc.nat(1000),
  path: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
  content: fc.constantFrom(...contents),
  attributes: fc.record(
    {
      mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4755, 0o1777),
      uid: fc.constantFrom(0, 1000, 1_000_660_000),
      mtime: fc.constantFrom(1_000_000_000, 1_700_000_000, 1_700_000_000.5),
      xattrs: fc.constantFrom({ "user.note": "a" }, { "security.capability": "\u0001\u0000\u0002" }),
    },
    { requiredKeys: ["mode", "uid", "mtime"] },
  ),
});

/** What a layer did to a path: `keeps` and `hides` (an opaque directory) leave room for other entries below it, `replaces` does not. */
type Touch = "keeps" | "hides" | "replaces" | "used";

/** Makes one layer's entries, leaving out operations that would contradict each other. */
class LayerMaker {
  readonly #lower: NaiveTree;
  readonly #entries: FixtureEntry[] = [];
  readonly #touched = new Map<string, Touch>();

  constructor(lower: NaiveTree) {
    this.#lower = lower;
  }

  make(operations: readonly Operation[]): FixtureEntry[] {
    for (const operation of operations) this.#do(operation);
    return this.#entries;
  }

  #do(operation: Operation): void {
    const { kind, path, content, attributes } = operation;
    switch (kind) {
      case "add":
        return this.#put(file(path, content, attributes));
      case "add-deep":
        return this.#put(file(`${path}/deep/er/${path}`, content, attributes));
      case "directory":
        return this.#put(directory(path, attributes));
      case "symlink":
        return this.#put(symlink(path, content.slice(0, 20) || "nowhere", { uid: attributes.uid }));
      case "symlink-to-directory":
        return this.#pick(operation, ["directory"], (target) => this.#put(symlink(path, `/${target}`)));
      case "through-symlink":
        return this.#pick(operation, ["symlink"], (target) => this.#put(file(`${target}/through`, content, attributes)));
      case "overwrite":
        return this.#pick(operation, ["file"], (target) => this.#put(file(target, `${content} changed`, attributes)));
      case "chmod":
        return this.#pick(operation, ["file"], (target, inode) => this.#put({ ...restated(target, inode), mode: attributes.mode }));
      case "chmod-directory":
        return this.#pick(operation, ["directory"], (target, inode) => this.#put({ ...restated(target, inode), mode: attributes.mode }));
      case "restate":
        return this.#pick(operation, ["file", "symlink", "directory"], (target, inode) => this.#put(restated(target, inode)));
      case "remove":
        return this.#pick(operation, ["file", "directory", "symlink", "fifo"], (target) => this.#remove(target, []));
      case "remove-nothing":
        return this.#remove(`${path}-never-there`, []);
      case "opaque":
        return this.#pick(operation, ["directory"], (target) => this.#hide(target));
      case "replace-by-file":
        return this.#pick(operation, ["directory", "symlink", "fifo"], (target) => this.#put(file(target, content, attributes)));
      case "replace-by-directory":
        return this.#pick(operation, ["file", "symlink"], (target) => this.#put(directory(target, attributes)));
      case "remove-and-add":
        return this.#pick(operation, ["file", "symlink"], (target) => this.#remove(target, [file(target, content, attributes)]));
      case "link-new":
        return this.#linkNew(operation);
      case "link-lower":
        return this.#pick(operation, ["file"], (target, inode) => this.#link(path, target, inode));
      case "fifo":
        return this.#put({ name: path, type: "fifo", ...attributes });
    }
  }

  /** Hands on one of the lower layers' paths of these types. */
  #pick(operation: Operation, types: readonly NaiveInode["type"][], then: (path: string, inode: NaiveInode) => void): void {
    const choices = [...this.#lower].filter(([, inode]) => types.includes(inode.type));
    const choice = choices[operation.pick % choices.length];
    if (choice !== undefined) then(...choice);
  }

  #put(entry: FixtureEntry): void {
    const name = nameOf(entry);
    const real = this.#claim(name, entry.type === "directory" ? "keeps" : "replaces");
    if (real === null) return;
    const lower = this.#lower.get(real);
    if (entry.type === "directory" && lower?.type !== "directory" && lower !== undefined && this.#touchedBelow(real)) return;
    this.#touched.set(real, entry.type === "directory" ? "keeps" : "replaces");
    this.#entries.push(entry);
  }

  /** A whiteout, and perhaps what stands there instead. */
  #remove(path: string, instead: readonly FixtureEntry[]): void {
    const real = this.#claim(path, "replaces");
    if (real === null) return;
    this.#touched.set(real, "replaces");
    this.#entries.push(whiteout(path), ...instead);
  }

  #hide(path: string): void {
    const real = this.#claim(path, "replaces");
    if (real === null) return;
    this.#touched.set(real, "hides");
    this.#entries.push(opaque(path));
  }

  #linkNew(operation: Operation): void {
    const files = this.#entries.filter((entry) => entry.type === "file" && !baseOf(nameOf(entry)).startsWith(".wh."));
    const target = files[operation.pick % files.length];
    if (target === undefined || this.#claim(operation.path, "replaces") === null) return;
    const { content: _, xattrs: __, ...attributes } = target;
    this.#put({ ...hardlink(operation.path, nameOf(target)), ...attributes, name: operation.path, type: "hardlink", link: nameOf(target) });
  }

  #link(path: string, target: string, inode: NaiveInode): void {
    const removed = [...ancestors(target), target].some((name) => this.#touched.has(name));
    const real = this.#claim(path, "replaces");
    if (removed || real === null || real === target) return;
    const { mode, uid, gid, mtime } = inode;
    this.#put(hardlink(path, target, { mode, uid, gid, mtime }));
    this.#touched.set(target, "used");
  }

  /** Where the path lies in the lower layers, if the layer may still say something about it; null if not. */
  #claim(path: string, touch: Touch): string | null {
    const parents = new Set(ancestors(path));
    const real = realPath(this.#lower, path, parents);
    if (real === null || this.#touched.has(real) || this.#touched.has(path)) return null;
    if (touch === "replaces" && this.#touchedBelow(real)) return null;
    const hidden = [...parents].some((name) => this.#touched.get(name) === "hides");
    for (const name of parents) {
      const before = this.#touched.get(name);
      const isSymlink = this.#lower.get(name)?.type === "symlink";
      if (before === "replaces" || (isSymlink && (before === "keeps" || hidden))) return null;
      if (isSymlink) this.#touched.set(name, "used");
    }
    return real;
  }

  #touchedBelow(path: string): boolean {
    return [...this.#touched.keys()].some((name) => name.startsWith(`${path}/`));
  }
}

function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let name = parentOf(path); name !== ""; name = parentOf(name)) found.push(name);
  return found;
}

/** The entry that would store the inode again as it is. */
function restated(path: string, inode: NaiveInode): FixtureEntry {
  const { type, mode, uid, gid, link } = inode;
  const mtime = Number.isNaN(inode.mtime) ? 1_000_000_000 : inode.mtime;
  const entry: FixtureEntry = { name: path, type, mode, uid, gid, mtime };
  if (type === "symlink") return { ...entry, link: Buffer.from(link, "latin1") };
  const xattrs = Object.fromEntries(Object.entries(inode.xattrs).map(([key, value]) => [key, Buffer.from(value, "latin1")]));
  return { ...entry, ...(type === "file" ? { content: inode.content } : {}), xattrs };
}

/** Whiteouts may stand anywhere in a layer (layer.md § Whiteouts: "regardless of the ordering"). */
function ordered(entries: readonly FixtureEntry[], markers: "first" | "last" | "between"): FixtureEntry[] {
  if (markers === "between") return [...entries];
  const isMarker = (entry: FixtureEntry): boolean => baseOf(nameOf(entry)).startsWith(".wh.");
  const [marks, rest] = [entries.filter(isMarker), entries.filter((entry) => !isMarker(entry))];
  return markers === "first" ? [...marks, ...rest] : [...rest, ...marks];
}

function describeLayers(layers: readonly (readonly FixtureEntry[])[]): string {
  const line = (entry: FixtureEntry): string => {
    const link = entry.link === undefined ? "" : ` -> ${String(entry.link)}`;
    return `    ${entry.type} ${nameOf(entry)}${link} mode=${entry.mode?.toString(8)} uid=${entry.uid} bytes=${entry.content?.length ?? 0}`;
  };
  return layers.map((entries, index) => `  layer ${index}:\n${entries.map(line).join("\n")}`).join("\n");
}
