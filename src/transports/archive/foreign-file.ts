/** Recognises files that are not images by how they begin, to say what they are and what to open instead. */
import { BallastError } from "../../base/errors.ts";

interface ForeignKind {
  /** The first bytes as Latin-1: one of several texts, or a pattern. */
  readonly begins: readonly string[] | RegExp;
  /** After "it is". */
  readonly what: string;
  readonly hint: string;
}

const unpackFirst = "unpack it first: no engine loads an image that is packed so";
const insideOne = "unpack it, and open the image archive or layout that lies in it";
const diskOfMachine = "it holds the disk of a machine, without layers: open the image it was built from";

const kinds: readonly ForeignKind[] = [
  { begins: ["PK\x03\x04", "PK\x05\x06"], what: "a zip archive", hint: insideOne },
  { begins: ["7z\xbc\xaf\x27\x1c"], what: "a 7z archive", hint: insideOne },
  { begins: ["Rar!\x1a\x07"], what: "a RAR archive", hint: insideOne },
  { begins: ["\x04\x22\x4d\x18"], what: "packed with lz4", hint: unpackFirst },
  { begins: ["LZIP"], what: "packed with lzip", hint: unpackFirst },
  { begins: ["\x5d\0\0"], what: "packed with LZMA alone (.lzma)", hint: unpackFirst },
  { begins: ["\x1f\x9d", "\x1f\xa0"], what: "packed with compress (.Z)", hint: unpackFirst },
  { begins: ["\x89LZO\0"], what: "packed with lzop", hint: unpackFirst },
  { begins: ["hsqs", "sqsh"], what: "a SquashFS file system", hint: diskOfMachine },
  { begins: ["QFI\xfb"], what: "a disk image (qcow2)", hint: diskOfMachine },
  { begins: ["KDMV", "# Disk DescriptorFile"], what: "a disk image (VMDK)", hint: diskOfMachine },
  { begins: /^[^]{510}\x55\xaa/, what: "the image of a disk, with its boot sector", hint: diskOfMachine },
  { begins: ["vhdxfile", "conectix"], what: "a disk image (VHD)", hint: diskOfMachine },
  { begins: ["\xed\xab\xee\xdb"], what: "an RPM package", hint: "give the image it is installed in" },
  { begins: ["!<arch>\n"], what: "an ar archive, a Debian package perhaps", hint: "give the image it is installed in" },
  { begins: ["070701", "070702", "070707"], what: "a cpio archive", hint: "give an image archive" },
  { begins: ["\x7fELF", "MZ", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"], what: "a program", hint: "give the image it is in" },
  { begins: ["age-encryption.org/", "Salted__", "-----BEGIN PGP MESSAGE"], what: "encrypted", hint: "decrypt it first" },
  {
    begins: ["version https://git-lfs.github.com/"],
    what: "the pointer that Git LFS leaves in place of a file",
    hint: "fetch the file with `git lfs pull`",
  },
  {
    begins: /^\s*<(?:!doctype|html|\?xml|head|body)/i,
    what: "a web page or XML",
    hint: "what was to be downloaded answered with a page: a login or an error; download it again",
  },
  {
    begins: /^(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*)?\r?\n)*[ \t]*FROM[ \t]+\S/i,
    what: "a Dockerfile",
    hint: "build it and look at the image with `ballast build`, or give the image and --dockerfile",
  },
  {
    begins: /^\s*\{\s*"(?:schemaVersion|manifests|mediaType|config|layers|imageLayoutVersion)"|^\s*\[\s*\{\s*"Config"/,
    what: "a document of an image, without the layers",
    hint: "open the directory or archive that it was taken from: a layout by its directory",
  },
];

/** File systems and disks that begin with zeros, like the end of a tar archive, with the offset of their marks in bytes. */
const behindZeros: readonly (readonly [offset: number, mark: string, what: string])[] = [
  [32_769, "CD001", "an ISO 9660 file system: the image of a CD, or of an installer"],
  [32_769, "BEA01", "a UDF file system: the image of a DVD"],
  [1080, "\x53\xef", "an ext file system"],
  [65_600, "_BHRfS_M", "a Btrfs file system"],
  [4086, "SWAPSPACE2", "a swap area"],
];
export const furthestMark = 65_608;

/** As `foreignFile`, for what a tar reader takes for an archive without members. @param head `furthestMark` bytes, if there are as many */
export function foreignBehindZeros(head: Buffer, name: string): BallastError | null {
  const text = head.toString("latin1");
  const found = behindZeros.find(([offset, mark]) => text.startsWith(mark, offset));
  return found === undefined
    ? null
    : new BallastError("not-an-image", `${name} is not an image archive: it is ${found[2]}`, { hint: diskOfMachine });
}

/** Null when no known kind begins like this. @param name for the message: `app.zip`, `standard input` */
export function foreignFile(head: Buffer, name: string): BallastError | null {
  const text = head.toString("latin1");
  // Apptainer's images begin with a line for the shell, followed by their magic.
  if (text.includes("SIF_MAGIC")) {
    const what = `${name} is a SIF image of Apptainer (Singularity): a file system of its own, without layers`;
    const hint = "open the image it was built from; `apptainer inspect --deffile FILE` tells which that was";
    return new BallastError("unsupported-image", what, { hint });
  }
  const kind = kinds.find(({ begins }) => (begins instanceof RegExp ? begins.test(text) : begins.some((each) => text.startsWith(each))));
  return kind === undefined
    ? null
    : new BallastError("not-an-image", `${name} is not an image archive: it is ${kind.what}`, { hint: kind.hint });
}
