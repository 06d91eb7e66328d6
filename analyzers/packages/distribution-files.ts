/**
 * Finds the files that came with a distribution and are unmodified. They are public, so whatever looks like a secret in them is not one.
 * Package managers keep a checksum of each file they install; a file counts only if its content has that checksum, never by its path alone.
 *
 * A checksum proves "unchanged since it was installed", not "public": your own application, installed as a package, has one too. So only
 * packages with a maintainer of the distribution count, and only in places where distributions install files (their policy leaves `/opt`,
 * `/srv`, `/home` and `/usr/local` to others). Python's RECORD never counts: pip writes it during installation, whatever it installs.
 */
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { sourceKindOf } from "./evidence/sources.ts";
import type { SourceKind } from "./evidence/sources.ts";

export type ChecksumAlgorithm = "md5" | "sha1" | "sha256";

/** A file that states checksums. */
export interface ChecksumSource {
  readonly kind: ChecksumKind;
  /** A byte string without leading slash. */
  readonly path: string;
  readonly layer: number;
  /** Index in that layer's catalog. */
  readonly entry: number;
}

type ChecksumKind = Extract<SourceKind, "checksums" | "dpkg-md5sums" | "dpkg-status" | "apk-installed">;
const kinds: ReadonlySet<SourceKind | null> = new Set<ChecksumKind>(["checksums", "dpkg-md5sums", "dpkg-status", "apk-installed"]);
const directories = ["var/lib/dpkg", "var/lib/dpkg/info", "var/lib/dpkg/status.d", "lib/apk/db", "usr/lib/apk/db"];

/** Where distributions install files. */
const distributionPlaces = /^(?:etc|bin|sbin|lib|lib32|lib64|libx32|boot|var|usr\/(?!local\/|src\/))/;
/** Mail addresses of the people who build a distribution's packages. */
const distributionMaintainer =
  /@(?:[\w-]+\.)*(?:debian\.(?:org|net)|ubuntu\.com|canonical\.com|devuan\.org|kali\.org|raspberrypi\.(?:com|org)|raspbian\.org|alpinelinux\.org|wolfi\.dev|chainguard\.dev)\b|\+alpine@/i;

/** Those of every layer, including ones a later layer replaced: a file of layer 2 belongs to the package as it was in layer 2. */
export function checksumSources(tree: FileTree): ChecksumSource[] {
  const sources: ChecksumSource[] = [];
  for (const directory of directories) {
    for (const node of tree.lookup(directory)?.children?.values() ?? []) {
      const path = `${directory}/${node.name}`;
      const kind = sourceKindOf(`${directory}/`, node.name, 0, 0);
      if (!kinds.has(kind)) continue;
      for (const { inode, entry, layer } of node.versions) {
        if (inode === null || inode.type !== EntryType.file || inode.entry < 0 || entry !== inode.entry || layer !== inode.layer) continue;
        sources.push({ kind: kind as ChecksumKind, path, layer: inode.layer, entry: inode.entry });
      }
    }
  }
  return sources;
}

interface Statement {
  readonly path: string;
  readonly algorithm: ChecksumAlgorithm;
  readonly hex: string;
}

/** Collects the checksums that a distribution's packages state for the wanted paths, and compares files with them. */
export class DistributionFiles {
  readonly #wanted: ReadonlySet<string>;
  /** Package → whether every stanza about it names a distribution's maintainer. */
  readonly #vouched = new Map<string, boolean>();
  /** Package → its statements, kept until it is known who maintains it. */
  readonly #statements = new Map<string, Statement[]>();
  /** Path → `algorithm:hex` of every package version that contains it. */
  #stated: Map<string, Set<string>> | null = null;

  /** @param wanted the only paths that will be asked for (byte strings without leading slash) */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** Reads one source; `text` is what was kept of it, as a byte string. What cannot be understood is skipped. */
  add({ kind, path }: ChecksumSource, text: string): void {
    this.#stated = null;
    if (kind === "dpkg-status") this.#addStatus(text);
    else if (kind === "apk-installed") this.#addApk(text);
    else this.#addMd5sums(packageOf(path), text);
  }

  /** The algorithms to digest the file's content with; empty when no package names the path. */
  algorithms(path: string): ChecksumAlgorithm[] {
    const stated = [...(this.#vouchedFor().get(path) ?? [])];
    return [...new Set(stated.map((digest) => digest.slice(0, digest.indexOf(":")) as ChecksumAlgorithm))];
  }

  /** `digest` in lower-case hex, of the content as it is in the image. */
  owns(path: string, algorithm: ChecksumAlgorithm, digest: string): boolean {
    return this.#vouchedFor().get(path)?.has(`${algorithm}:${digest}`) ?? false;
  }

  #vouchedFor(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#stated !== null) return this.#stated;
    const stated = (this.#stated = new Map<string, Set<string>>());
    for (const [name, statements] of this.#statements) {
      if (this.#vouched.get(name) !== true) continue;
      for (const { path, algorithm, hex } of statements) {
        const digests = stated.get(path) ?? new Set();
        stated.set(path, digests.add(`${algorithm}:${hex}`));
      }
    }
    return stated;
  }

  #state(name: string, path: string, algorithm: ChecksumAlgorithm, hex: string): void {
    for (const alias of aliases(path)) {
      if (!this.#wanted.has(alias) || !distributionPlaces.test(alias)) continue;
      const statements = this.#statements.get(name);
      if (statements === undefined) this.#statements.set(name, [{ path: alias, algorithm, hex }]);
      else statements.push({ path: alias, algorithm, hex });
    }
  }

  #vouch(name: string, maintainer: string): void {
    this.#vouched.set(name, this.#vouched.get(name) !== false && distributionMaintainer.test(maintainer));
  }

  /** dpkg: `md5  path`, paths without leading slash. */
  #addMd5sums(name: string, text: string): void {
    for (const line of text.split("\n")) {
      const match = /^([0-9a-f]{32}) [ *](\S.*)$/.exec(line);
      if (match !== null) this.#state(name, match[2]!.replace(/^\.?\//, ""), "md5", match[1]!);
    }
  }

  /** dpkg's stanzas, which hold the checksums of configuration files: `Conffiles: /etc/x md5 /etc/y md5 obsolete`. */
  #addStatus(text: string): void {
    let name = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("Package: ")) name = `dpkg:${line.slice(9).trim()}`;
      else if (line.startsWith("Maintainer: ")) this.#vouch(name, line);
      else if (line.startsWith("Conffiles:")) {
        for (const match of line.matchAll(/ \/(\S+) ([0-9a-f]{32})(?= |$)/g)) this.#state(name, match[1]!, "md5", match[2]!);
      }
    }
  }

  /** apk: `P:name`, `m:maintainer`, `F:dir`, then `R:name` and `Z:Q1` + base64 of the SHA-1. */
  #addApk(text: string): void {
    let directory = "";
    let file = "";
    let name = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("P:")) name = `apk:${line.slice(2)}`;
      else if (line.startsWith("m:")) this.#vouch(name, line);
      else if (line.startsWith("F:")) directory = line.slice(2);
      else if (line.startsWith("R:")) file = line.slice(2);
      else if (line.startsWith("Z:Q1")) {
        this.#state(name, directory === "" ? file : `${directory}/${file}`, "sha1", Buffer.from(line.slice(4), "base64").toString("hex"));
      }
    }
  }
}

/** `var/lib/dpkg/info/libssl3:amd64.md5sums` → `dpkg:libssl3`. */
function packageOf(path: string): string {
  return `dpkg:${path.slice(path.lastIndexOf("/") + 1, -".md5sums".length).replace(/:.*$/, "")}`;
}

/** On merged-/usr systems a package's `lib/x` lies at `usr/lib/x`, and vice versa. */
function aliases(path: string): string[] {
  if (/^(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return [path, `usr/${path}`];
  if (/^usr\/(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path)) return [path, path.slice(4)];
  return [path];
}
