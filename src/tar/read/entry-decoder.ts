/**
 * Turns the blocks of a tar archive into entries: everything about the format that does not depend on how the bytes are read. The
 * stream parser and the seeking walk both drive it:
 *
 *     take(piece) → "more":  the `needed` bytes that follow are the next piece
 *                 → "skip":  `skip` bytes follow that are of no interest, then the next piece
 *                 → "entry": `entry` is complete; `skip` bytes follow, its data first, then the next piece
 *                 → "end":   the end-of-archive mark was read
 */
import { applyRecords, applySparseRecords, recordedSize } from "./apply-records.ts";
import { EntryType } from "../entry.ts";
import type { TarEntry } from "../entry.ts";
import { blockSize, checksum, field, isZeroBlock, paddingOf, readText, signedChecksum, viewOf } from "../header.ts";
import { Allowance } from "./allowance.ts";
import type { TarLimits } from "./limits.ts";
import { isKnownFile, readMember, sizeField, typeOf } from "./member.ts";
import type { Draft } from "./member.ts";
import { readNumber } from "../numbers.ts";
import { parsePaxRecords } from "../pax.ts";
import type { PaxRecords } from "../pax.ts";
import { TarProblem, tarError } from "./problem.ts";
import { SparseMember } from "./sparse/sparse-member.ts";
import { Typeflag } from "./typeflag.ts";
import { WarningLog } from "./warning.ts";

export type Step = "more" | "skip" | "entry" | "end";

type State = "header" | "extended" | "sparse-map" | "after-zero" | "ended";

const noRecords: PaxRecords = new Map();
const nothing = Buffer.alloc(0);

/** The records of a global header that are applied to the entries after it. A name or a size cannot be meant for all of them. */
const globalKey = /^(?:uid|gid|mtime|(?:SCHILY|LIBARCHIVE)\.xattr\..+)$/;

export class EntryDecoder {
  /** Bytes of the piece that `take` wants next: whole blocks, at most `maxHeaderBytes` rounded up. */
  needed = blockSize;
  /** Bytes to pass over after "skip" and "entry", padding included. */
  skip = 0;
  entry: TarEntry | null = null;
  readonly warnings = new WarningLog();

  readonly #limits: TarLimits;
  readonly #allowance: Allowance;
  #state: State = "header";

  // The group being read: extended headers, then the member's own header.
  #groupOffset = -1;
  #extendedFlag = 0;
  #extendedSize = 0;
  #extendedOffset = 0;
  #longName = "";
  #longLink = "";
  #records = noRecords;
  #globals = noRecords;

  /** The member of which something is still to come. */
  #draft: Draft | null = null;
  #sparse: SparseMember | null = null;

  #viewed: Buffer = nothing;
  #view = viewOf(nothing);

  constructor(limits: TarLimits) {
    this.#limits = limits;
    this.#allowance = new Allowance(limits);
  }

  /** Reads the `needed` bytes that begin at `at` in `buffer` and lie at `offset` in the archive. */
  take(buffer: Buffer, at: number, offset: number): Step {
    try {
      switch (this.#state) {
        case "header":
          return this.#header(buffer, at, offset);
        case "extended":
          return this.#extended(buffer.subarray(at, at + this.#extendedSize));
        case "sparse-map":
          return this.#sparse!.readBlock(buffer, at) ? this.#completeSparse(this.#draft!, this.#sparse!) : "more";
        case "after-zero":
          if (!isZeroBlock(buffer, at)) throw new TarProblem("a lone block of zeros comes before it; it takes two to end an archive");
          this.#state = "ended";
          return "end";
        case "ended":
          return "end";
      }
    } catch (error) {
      if (!(error instanceof TarProblem)) throw error;
      throw this.#named(error, buffer, at, offset);
    }
  }

  /**
   * To be called when the archive's bytes run out before its end mark: at `offset`, with `partial` bytes of the needed piece left.
   * @throws {BallastError} layer-invalid when something is cut off
   */
  finish(offset: number, partial: number): void {
    if (this.#draft !== null) throw tarError(this.#draft.path, this.#draft.headerOffset, "the archive is cut off within its sparse map");
    if (this.#state === "extended") throw tarError("", this.#extendedOffset, "the archive is cut off within this extended header");
    if (partial > 0) throw tarError("", offset, `the archive is cut off after ${partial} of the header's ${blockSize} bytes`);
    this.#warnOfStrayHeader();
    if (this.#state === "header" && offset > 0) this.warnings.add("tar-missing-end", "the tar archive has no end mark; it may be cut off");
  }

  #named(problem: TarProblem, block: Buffer, at: number, offset: number): Error {
    if (this.#draft !== null) return tarError(this.#draft.path, this.#draft.headerOffset, problem.message, problem.code);
    if (this.#state === "extended") return tarError("", this.#extendedOffset, problem.message, problem.code);
    return tarError(readText(block, at, field.name.length), offset, problem.message, problem.code);
  }

  /** Kept, because pieces of the same buffer follow each other. */
  #viewOf(buffer: Buffer): DataView {
    if (buffer !== this.#viewed) {
      this.#viewed = buffer;
      this.#view = viewOf(buffer);
    }
    return this.#view;
  }

  #header(block: Buffer, at: number, offset: number): Step {
    const view = this.#viewOf(block);
    const sum = checksum(view, at);
    const stored = readNumber(block, at + field.checksum.at, field.checksum.length);
    if (sum !== stored) {
      if (isZeroBlock(block, at)) {
        this.#warnOfStrayHeader();
        this.#state = "after-zero";
        return "more";
      }
      if (signedChecksum(view, at) !== stored) throw tarError("", offset, "its checksum is wrong; this is not a tar header");
    }
    if (this.#groupOffset < 0) this.#groupOffset = offset;
    const flag = block[at + field.typeflag.at]!;
    switch (flag) {
      case Typeflag.paxHeader:
      case Typeflag.solarisHeader:
      case Typeflag.paxGlobalHeader:
      case Typeflag.gnuLongName:
      case Typeflag.gnuLongLink:
        return this.#beginExtended(flag, sizeField(block, at), offset);
      case Typeflag.gnuVolumeLabel:
        return this.#passOver(block, at);
      case Typeflag.gnuContinuation:
        throw new TarProblem("it continues a file from another volume; archives of several volumes cannot be read");
      case Typeflag.gnuOldLongNames:
        throw new TarProblem("it is written in an obsolete GNU form of long names (type N)");
      default:
        return this.#member(block, at, offset, flag);
    }
  }

  /** A volume label: it is no file, and has data only by mistake. */
  #passOver(block: Buffer, at: number): Step {
    const size = sizeField(block, at);
    this.warnings.add(
      "tar-skipped-entry",
      "a volume label (type V), which is not a file, was skipped",
      readText(block, at, field.name.length),
    );
    this.#endGroup();
    this.skip = size + paddingOf(size);
    return "skip";
  }

  // Extended headers

  #beginExtended(flag: number, size: number, offset: number): Step {
    const limit = this.#limits.maxHeaderBytes;
    if (size > limit) throw new TarProblem(`its extended header has ${size} bytes; at most ${limit} are read`, "limit-exceeded");
    this.#extendedFlag = flag;
    this.#extendedSize = size;
    this.#extendedOffset = offset;
    if (size === 0) return this.#extended(nothing);
    this.#state = "extended";
    this.needed = size + paddingOf(size);
    return "more";
  }

  #extended(data: Buffer): Step {
    switch (this.#extendedFlag) {
      case Typeflag.gnuLongName:
        this.#longName = readText(data, 0, data.length);
        break;
      case Typeflag.gnuLongLink:
        this.#longLink = readText(data, 0, data.length);
        break;
      case Typeflag.paxGlobalHeader:
        this.#addGlobals(parsePaxRecords(data));
        if (this.#groupOffset === this.#extendedOffset) this.#groupOffset = -1;
        break;
      default:
        if (this.#extendedFlag === Typeflag.solarisHeader)
          this.warnings.add("tar-unknown-type", "a header as Solaris writes it (type X) is read as POSIX's; engines refuse the layer");
        this.#records = parsePaxRecords(data);
    }
    this.#state = "header";
    this.needed = blockSize;
    return "more";
  }

  #addGlobals(records: PaxRecords): void {
    const globals = new Map(this.#globals);
    let bytes = 0;
    for (const [key, value] of records) if (globalKey.test(key)) globals.set(key, value);
    const keys = JSON.stringify([...records.keys()].join(", "));
    this.warnings.add(
      "tar-global-header",
      `a global PAX header (${keys}): engines ignore what it sets, and Docker may leave a directory for it`,
    );
    for (const [key, value] of globals) bytes += key.length + value.length;
    if (bytes > this.#limits.maxHeaderBytes) throw new TarProblem("its global headers grow without end", "limit-exceeded");
    this.#globals = globals;
  }

  // Members

  #member(block: Buffer, at: number, offset: number, flag: number): Step {
    const draft = readMember(block, at, offset, this.#groupOffset);
    this.skip = flag === Typeflag.gnuDirectory ? sizeField(block, at) : 0;
    if (this.#isPlain && flag !== Typeflag.gnuSparseFile) return this.#complete(draft, flag);
    this.#draft = draft;
    const records = this.#globals === noRecords ? this.#records : new Map([...this.#globals, ...this.#records]);
    applyRecords(draft, records);
    if (this.#longName !== "") draft.path = this.#longName;
    if (this.#longLink !== "" && (draft.type === EntryType.hardlink || draft.type === EntryType.symlink)) draft.link = this.#longLink;
    if (flag === Typeflag.v7File) this.#settleV7Type(draft, block, at);
    if (draft.type !== EntryType.file) return this.#complete(draft, flag);
    draft.storedSize = recordedSize(records) ?? draft.storedSize;
    draft.size = draft.storedSize;
    if (flag === Typeflag.gnuSparseFile) return this.#sparseMember(draft, (member) => member.readHeader(block, at));
    const sparse = applySparseRecords(draft, records);
    return sparse.kind === "none" ? this.#complete(draft, flag) : this.#sparseMember(draft, (member) => member.readRecords(sparse));
  }

  /** Whether no extended header says anything of the member. */
  get #isPlain(): boolean {
    return this.#records === noRecords && this.#globals === noRecords && this.#longName === "" && this.#longLink === "";
  }

  /** A trailing slash makes a v7 file a directory, also when it stands in a name that an extended header gives. */
  #settleV7Type(draft: Draft, block: Buffer, at: number): void {
    draft.type = typeOf(0, draft.path);
    draft.storedSize = draft.type === EntryType.file ? sizeField(block, at) : 0;
    draft.size = draft.storedSize;
  }

  #sparseMember(draft: Draft, isWhole: (member: SparseMember) => boolean): Step {
    const member = (this.#sparse = new SparseMember(draft, this.#limits));
    if (isWhole(member)) return this.#completeSparse(draft, member);
    this.#state = "sparse-map";
    return "more";
  }

  #completeSparse(draft: Draft, member: SparseMember): Step {
    this.#allowance.takeSegments(member.finish());
    return this.#complete(draft, Typeflag.file);
  }

  #complete(draft: Draft, flag: number): Step {
    if (draft.type === EntryType.file) {
      this.skip = draft.storedSize;
      if (!isKnownFile(flag)) this.#warnOfUnknownType(draft);
    }
    if (flag === Typeflag.gnuDirectory)
      this.warnings.add("tar-unknown-type", "a directory as GNU's dumps hold it (type D); engines refuse the layer", draft.path);
    this.skip += paddingOf(this.skip);
    this.#allowance.takeEntry(draft);
    this.#endGroup();
    this.entry = draft;
    return "entry";
  }

  #endGroup(): void {
    this.#groupOffset = -1;
    this.#longName = "";
    this.#longLink = "";
    this.#records = noRecords;
    this.#draft = null;
    this.#sparse = null;
    this.#state = "header";
  }

  #warnOfUnknownType(draft: Draft): void {
    const type = /^[!-~]$/.test(draft.typeflag) ? `"${draft.typeflag}"` : `0x${draft.typeflag.charCodeAt(0).toString(16).padStart(2, "0")}`;
    this.warnings.add("tar-unknown-type", `an entry of unknown type ${type} is read as a file; engines may refuse the layer`, draft.path);
  }

  #warnOfStrayHeader(): void {
    if (this.#groupOffset < 0) return;
    this.warnings.add("tar-stray-header", `the extended header at byte ${this.#groupOffset} of the tar archive belongs to no entry`);
    this.#groupOffset = -1;
  }
}
