/** Scans files one after another, and the members of those that are archives: each level of nesting has its own scanner. */
import type { CompiledRules } from "../match/compile-rules.ts";
import { FileScanner } from "../match/scan/file-scanner.ts";
import type { Located } from "../match/scan/located-match.ts";
import { insideMark } from "../match/secret-hit.ts";
import { archiveHeadBytes, archiveKindOf, isWrapping, PackedFileReader } from "./archive-reader.ts";
import type { ArchiveKind, ArchiveReader, MemberHandler } from "./archive-reader.ts";
import { DebReader } from "./deb-reader.ts";
import { GitObjectReader, isGitObject } from "./git-object-reader.ts";
import { GitPackReader, isGitPack } from "./git-pack-reader.ts";
import { deepestArchive, UnpackBudget } from "./limits.ts";
import { RpmReader } from "./rpm-reader.ts";
import { TarReader } from "./tar-reader.ts";
import { ZipReader } from "./zip-reader.ts";

export interface FoundInFile extends Located {
  /** As `SecretHit.inside`. */
  readonly inside: string | null;
  readonly isBinary: boolean;
}

interface Place {
  /** Path of the file in the layer: a byte string. */
  readonly path: string;
  readonly inside: string | null;
  /** How many archives it lies in. */
  readonly depth: number;
  /** Set inside a single compressed file. If that contains a tar archive, both count as one archive, with the outer one's place. */
  readonly around: Place | null;
}

export class ArchiveScanner {
  readonly #rules: CompiledRules;
  readonly #scanner: FileScanner;
  #inner: ArchiveScanner | null = null;
  #place: Place = { path: "", inside: null, depth: 0, around: null };
  #size = 0;
  #budget = new UnpackBudget(0);
  /** The first bytes, while they are still incomplete. */
  #head: Buffer | null = null;
  #isTold = false;
  #reader: ArchiveReader | null = null;
  #found: FoundInFile[] = [];
  #cutShort: string | null = null;

  constructor(rules: CompiledRules) {
    this.#rules = rules;
    this.#scanner = new FileScanner(rules);
  }

  /** After `end`: why something was not scanned. */
  get cutShort(): string | null {
    return this.#cutShort ?? this.#scanner.cutShort;
  }

  /** Begins a file of a layer: its path (a byte string) and its stored bytes. */
  begin(path: string, size: number): void {
    this.#begin({ path, inside: null, depth: 0, around: null }, size, new UnpackBudget(size));
  }

  #begin(place: Place, size: number, budget: UnpackBudget): void {
    this.#place = place;
    this.#size = size;
    this.#budget = budget;
    this.#head = null;
    this.#isTold = false;
    this.#reader = null;
    this.#found = [];
    this.#cutShort = null;
    this.#scanner.begin(fullPath(place), size);
  }

  /** The bytes have been copied or used when this returns. */
  write(chunk: Buffer): void {
    this.#scanner.write(chunk);
    if (this.#isTold) {
      this.#reader?.write(chunk);
      return;
    }
    const head = this.#head === null ? chunk : Buffer.concat([this.#head, chunk]);
    if (head.length < Math.min(archiveHeadBytes, this.#size)) {
      this.#head = Buffer.from(head);
      return;
    }
    this.#isTold = true;
    this.#head = null;
    const kind = archiveKindOf(head) ?? gitKindOf(fullPath(this.#place), head);
    if (kind === null) return;
    this.#reader = this.#open(kind);
    this.#reader?.write(head);
  }

  /** What was found in the file, each place once. */
  end(): FoundInFile[] {
    const { inside } = this.#place;
    const own = this.#scanner.matches();
    const { isBinary } = this.#scanner;
    this.#reader?.end();
    this.#reader = null;
    const found = this.#found;
    if (own.length === 0 && found.length === 0) return found;
    this.#found = [];
    // Uncompressed members were matched from outside as well; the place inside the archive says more.
    const known = new Set(found.map(({ match }) => match.secret));
    for (const located of own) if (!known.has(located.match.secret)) found.push({ ...located, inside, isBinary });
    return found;
  }

  #open(kind: ArchiveKind): ArchiveReader | null {
    const { around, depth } = this.#place;
    const place = kind === "tar" && around !== null ? around : this.#place;
    if (place.depth >= deepestArchive) {
      this.#tell(`is nested in more than ${deepestArchive} archives and was not looked into`);
      return null;
    }
    const inner = (this.#inner ??= new ArchiveScanner(this.#rules));
    const handler: MemberHandler = {
      begin: (name, size) => {
        // A Debian package just wraps its tar archives, so it does not count as a level.
        const isPackage = kind === "deb" && place.inside === null;
        const member = { path: place.path, inside: memberPath(place, name), depth: place.depth + (isPackage ? 0 : 1) };
        inner.#begin({ ...member, around: isWrapping(kind) ? { ...place, depth } : null }, size, this.#budget);
        return true;
      },
      data: (chunk) => inner.write(chunk),
      end: () => {
        for (const found of inner.end()) this.#found.push(found);
        if (inner.cutShort !== null) this.#cutShort ??= inner.cutShort;
      },
      cutShort: (why) => this.#tell(why),
    };
    switch (kind) {
      case "tar":
        return new TarReader(handler);
      case "zip":
        return new ZipReader(this.#budget, handler);
      case "deb":
        return new DebReader(handler);
      case "rpm":
        return new RpmReader(this.#budget, handler);
      case "git-pack":
        return new GitPackReader(this.#budget, handler);
      case "git-object":
        return new GitObjectReader(this.#budget, handler);
      default:
        return new PackedFileReader(unpackedName(this.#place), kind, this.#budget, handler);
    }
  }

  #tell(why: string): void {
    const { inside } = this.#place;
    this.#cutShort ??= inside === null ? `the archive ${why}` : `the archive ${inside} in it ${why}`;
  }
}

function gitKindOf(path: string, head: Buffer): ArchiveKind | null {
  return isGitObject(path, head) ? "git-object" : isGitPack(path, head) ? "git-pack" : null;
}

function fullPath({ path, inside }: Place): string {
  return inside === null ? path : `${path}${insideMark}${inside}`;
}

function memberPath({ inside }: Place, name: string): string {
  const clean = name.replace(/^(?:\.?\/)+/, "");
  return inside === null ? clean : `${inside}${insideMark}${clean}`;
}

/** The name of a compressed file once unpacked: `dump.sql` for `/backup/dump.sql.gz`. */
function unpackedName(place: Place): string {
  const path = fullPath(place);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.(?:gz|xz|zst|bz2)$/i, "").replace(/\.t(?:gz|az|xz|zst|bz2?)$/i, ".tar") || "content";
}
