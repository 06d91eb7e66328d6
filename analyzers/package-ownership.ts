/**
 * Which files belong to an installed package and are unmodified. Package managers keep a checksum of each file they install; a file is
 * owned when its content has that checksum, never because of its path alone: a package's file that was changed is the user's.
 */
import type { FileNode, FileTree } from "../src/filesystem/file-tree.ts";
import { EntryType } from "../src/tar/entry.ts";

export type OwnershipKind = "dpkg" | "dpkg-status" | "apk" | "python";
export type OwnershipAlgorithm = "md5" | "sha1" | "sha256";

/** A file whose content tells of owned files. */
export interface OwnershipSource {
  readonly kind: OwnershipKind;
  /** A byte string without leading slash. */
  readonly path: string;
  readonly layer: number;
  /** Index in that layer's catalog. */
  readonly entry: number;
}

const kinds: readonly (readonly [OwnershipKind, RegExp])[] = [
  ["dpkg", /^var\/lib\/dpkg\/(?:info|status\.d)\/[^/]+\.md5sums$/],
  ["dpkg-status", /^var\/lib\/dpkg\/status$/],
  ["apk", /^(?:usr\/)?lib\/apk\/db\/installed$/],
  ["python", /\.(?:dist-info\/RECORD|egg-info\/RECORD)$/],
];

/** True for a file whose content tells of owned files; `path` is a byte string without leading slash. */
export function isPackageDatabase(path: string): boolean {
  return kinds.some(([, pattern]) => pattern.test(path));
}

/**
 * The package databases of every layer, also those a later layer replaced: a file of layer 2 belonged to the package as layer 2 had it.
 */
export function ownershipSources(tree: FileTree): OwnershipSource[] {
  const sources: OwnershipSource[] = [];
  const visit = (node: FileNode, path: string): void => {
    for (const { inode, entry, layer } of node.versions) {
      if (inode === null || inode.type !== EntryType.file || inode.entry < 0 || entry !== inode.entry || layer !== inode.layer) continue;
      const kind = kinds.find(([, pattern]) => pattern.test(path))?.[0];
      if (kind !== undefined) sources.push({ kind, path, layer: inode.layer, entry: inode.entry });
    }
    if (node.children !== null)
      for (const child of node.children.values()) visit(child, path === "" ? child.name : `${path}/${child.name}`);
  };
  visit(tree.root, "");
  return sources;
}

/** Collects the checksums that packages state for some wanted paths, and compares. */
export class Ownership {
  readonly #wanted: ReadonlySet<string>;
  /** Path → `algorithm:hex` of every package version that has it. */
  readonly #stated = new Map<string, Set<string>>();

  /** Only these paths (byte strings without leading slash) are asked for later. */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** Reads one package database. What cannot be understood in it is skipped. */
  add(source: OwnershipSource, content: Buffer): void {
    const text = content.toString("latin1");
    if (source.kind === "dpkg") this.#addMd5sums(text);
    else if (source.kind === "dpkg-status") this.#addConffiles(text);
    else if (source.kind === "apk") this.#addApk(text);
    else this.#addRecord(source.path, text);
  }

  /** The algorithms whose digest of the file's content decides; empty when no package names the path. */
  algorithms(path: string): OwnershipAlgorithm[] {
    const stated = [...(this.#stated.get(path) ?? [])];
    return [...new Set(stated.map((digest) => digest.slice(0, digest.indexOf(":")) as OwnershipAlgorithm))];
  }

  /** `digest` in lower-case hex, of the content as it is in the image. */
  owns(path: string, algorithm: OwnershipAlgorithm, digest: string): boolean {
    return this.#stated.get(path)?.has(`${algorithm}:${digest}`) ?? false;
  }

  #state(path: string, algorithm: OwnershipAlgorithm, hex: string): void {
    for (const alias of aliases(path)) {
      if (!this.#wanted.has(alias)) continue;
      let stated = this.#stated.get(alias);
      if (stated === undefined) this.#stated.set(alias, (stated = new Set()));
      stated.add(`${algorithm}:${hex}`);
    }
  }

  /** dpkg: `md5  path`, paths without leading slash. */
  #addMd5sums(text: string): void {
    for (const match of text.matchAll(/^([0-9a-f]{32}) [ *](\S.*)$/gm)) this.#state(match[2]!.replace(/^\.?\//, ""), "md5", match[1]!);
  }

  /** dpkg keeps the checksums of configuration files in its status file: `Conffiles:` and then ` /etc/x md5`. */
  #addConffiles(text: string): void {
    for (const match of text.matchAll(/^ \/(\S.*?) ([0-9a-f]{32})(?: obsolete| remove-on-upgrade)*$/gm))
      this.#state(match[1]!, "md5", match[2]!);
  }

  /** apk: `F:dir`, then `R:name` and `Z:Q1` + base64 of the SHA-1. */
  #addApk(text: string): void {
    let directory = "";
    let name = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("F:")) directory = line.slice(2);
      else if (line.startsWith("R:")) name = line.slice(2);
      else if (line.startsWith("Z:Q1")) {
        this.#state(directory === "" ? name : `${directory}/${name}`, "sha1", Buffer.from(line.slice(4), "base64").toString("hex"));
      }
    }
  }

  /** Python's RECORD (PEP 376): `path,sha256=base64url,size`, relative to the directory that holds the dist-info. */
  #addRecord(recordPath: string, text: string): void {
    const base = recordPath.split("/").slice(0, -2);
    for (const match of text.matchAll(/^"?([^,"\n]+)"?,sha256=([\w-]{43}),\d*\r?$/gm)) {
      const parts = [...base];
      for (const part of match[1]!.split("/")) {
        if (part === "..") parts.pop();
        else if (part !== ".") parts.push(part);
      }
      this.#state(parts.join("/"), "sha256", Buffer.from(match[2]!, "base64url").toString("hex"));
    }
  }
}

/** On merged-/usr systems a package's `lib/x` lies at `usr/lib/x`, and the other way round. */
function aliases(path: string): string[] {
  if (/^(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return [path, `usr/${path}`];
  if (/^usr\/(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return [path, path.slice(4)];
  return [path];
}
