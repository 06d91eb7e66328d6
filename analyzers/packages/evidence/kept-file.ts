/**
 * What is kept of a file that describes packages. It is a pure function of the file's bytes, so it can be cached by the layer's digest and
 * cross threads. Only what the readers need is kept: there are many manifests, and most of their content does not matter here.
 */
import { accountLines } from "../../run-user.ts";
import { goBuildInfo } from "../binaries/go-build-info.ts";
import { readElf } from "../binaries/elf.ts";
import type { ElfFacts } from "../binaries/elf.ts";
import { readJar } from "../binaries/jar.ts";
import type { JarFacts } from "../binaries/jar.ts";
import { auditableCrates } from "../binaries/rust-auditable.ts";
import type { Crate } from "../binaries/rust-auditable.ts";
import { PackageDataError } from "../data-error.ts";
import { composerList } from "../manifests/composer.ts";
import type { ComposerList } from "../manifests/composer.ts";
import { condaRecord } from "../manifests/conda.ts";
import type { CondaRecord } from "../manifests/conda.ts";
import { dotnetLibraries } from "../manifests/dotnet.ts";
import type { DotnetLibrary } from "../manifests/dotnet.ts";
import { checkInstalled, metadataFields, statusFields } from "../manifests/fields.ts";
import { npmManifest } from "../manifests/npm.ts";
import type { NpmManifest } from "../manifests/npm.ts";
import { dnfHistory } from "../rpm/dnf-history.ts";
import { readRpmDatabase } from "../rpm/database.ts";
import type { RpmHeader } from "../rpm/header.ts";
import type { ByteSource } from "./byte-source.ts";
import { mostBytes } from "./sources.ts";
import type { SourceKind } from "./sources.ts";

export type KeptFile =
  /** The content, or its relevant fields in the same form. */
  | { readonly text: Uint8Array }
  | { readonly npm: NpmManifest }
  | { readonly conda: CondaRecord }
  | { readonly composer: ComposerList }
  | { readonly dotnet: readonly DotnetLibrary[] }
  | { readonly rpm: readonly RpmHeader[] }
  | { readonly elf: BinaryFacts }
  | { readonly jar: JarFacts }
  /** Why it could not be read as what it claims to be, or was skipped for its size; a sentence without its subject. */
  | { readonly problem: string; readonly unseen?: true };

export interface BinaryFacts extends ElfFacts {
  /** Go's build information: the version of Go, then the module lines. */
  readonly go: { readonly version: string; readonly modules: string } | null;
  /** What cargo-auditable recorded. */
  readonly crates: readonly Crate[] | null;
}

/** Null when the file is not what its name suggests, and that is not an error. */
export function keepFile(kind: SourceKind, bytes: ByteSource): KeptFile | null {
  if (bytes.size > mostBytes[kind])
    return { problem: `has ${bytes.size} bytes, more than the ${mostBytes[kind]} that are read of such a file`, unseen: true };
  // Everything is in its name.
  if (kind === "yarn-archive") return { text: new Uint8Array() };
  try {
    if (kind === "elf") return keepBinary(bytes);
    if (kind === "jar") return { jar: readJar(bytes) };
    const content = bytes.read(0, bytes.size);
    if (content === null) return { problem: "was not kept whole while its layer went by", unseen: true };
    return reduced(kind, content);
  } catch (error) {
    if (error instanceof PackageDataError) return { problem: error.message };
    throw error;
  }
}

function keepBinary(bytes: ByteSource): KeptFile | null {
  const elf = readElf(bytes);
  if (elf === null) return null;
  const { sections, ...facts } = elf;
  const kept = { ...facts, go: goBuildInfo(bytes, elf), crates: auditableCrates(bytes, sections) };
  const isPlain = kept.debugBytes === 0 && kept.symbolBytes === 0 && kept.go === null && kept.crates === null;
  return isPlain ? null : { elf: kept };
}

function reduced(kind: SourceKind, content: Buffer): KeptFile {
  switch (kind) {
    case "npm-package":
    case "npm-application":
      return { npm: npmManifest(content) };
    case "conda-package":
      return { conda: condaRecord(content) };
    case "composer-installed":
      return { composer: composerList(content) };
    case "dotnet-dependencies":
      return { dotnet: dotnetLibraries(content) };
    case "rpm-sqlite":
    case "rpm-ndb":
    case "rpm-bdb":
      return { rpm: readRpmDatabase(kind, content) };
    case "dnf-history":
      return { text: Buffer.from(dnfHistory(content), "utf8") };
    case "python-metadata":
      return { text: Buffer.from(metadataFields(withoutCredentials(content).toString("latin1")), "latin1") };
    case "accounts":
      return { text: Buffer.from(accountLines(content.toString("latin1")), "latin1") };
    case "dpkg-status":
      return { text: Buffer.from(statusFields(content.toString("latin1")), "latin1") };
    case "apk-installed":
      checkInstalled(content.toString("latin1"));
      break;
    default:
  }
  return { text: withoutCredentials(content) };
}

/** Kept files lie in caches and may move between machines, so user names and passwords in URLs are removed; no reader needs them. */
function withoutCredentials(content: Buffer): Buffer {
  // Copied, because the buffer may be reused.
  if (!content.includes("://") || !content.includes("@")) return Buffer.from(content);
  return Buffer.from(content.toString("latin1").replace(/:\/\/[^\s/@"'<>]{1,512}@/g, "://"), "latin1");
}
