/** Where an archive that programs run from may name files: the class path in its manifest, its settings, sources and classes. */
import { classPathOf, membersOf } from "../../../../analyzers/packages/binaries/jar.ts";
import { PackageDataError } from "../../../../analyzers/packages/data-error.ts";
import { bytesOf } from "../../../../analyzers/packages/evidence/byte-source.ts";

/** Members that say where things are, or hold whole paths. Libraries inside the archive are not searched. */
const wanted =
  /^(?!META-INF\/maven\/).*\.(?:properties|ya?ml|xml|json|conf|cfg|ini|toml|env|py|rb|[cm]?js|php|lua|groovy|kts|clj|sh|class|pyc)$/;
const compiled = /\.(?:class|pyc)$/;
/** Per archive. */
const mostUnpackedBytes = 32 * 1024 * 1024;

export interface MemberText {
  /** A byte string. */
  readonly text: string;
  /** Strings follow each other without separators. */
  readonly isCompiled: boolean;
}

/** Settings, sources and classes; none if the bytes are not an archive, since nothing can run it. */
export function* textsIn(content: Buffer): Generator<MemberText> {
  try {
    for (const { name, content: member } of membersOf(bytesOf(content), wanted, mostUnpackedBytes))
      yield { text: member.toString("latin1"), isCompiled: compiled.test(name) };
  } catch (error) {
    if (!(error instanceof PackageDataError)) throw error;
  }
}

/** The local paths of the class path, as byte strings. */
export function classPathIn(content: Buffer): string[] {
  try {
    return classPathOf(bytesOf(content)).flatMap((url) => pathOfUrl(url) ?? []);
  } catch (error) {
    if (error instanceof PackageDataError) return [];
    throw error;
  }
}

/** The path of a relative or `file:` URL, as a byte string; null for other URLs. */
function pathOfUrl(url: string): string | null {
  const path = url.replace(/^file:(?:\/\/)?(?=\/)/, "");
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) return null;
  try {
    return Buffer.from(decodeURIComponent(path), "utf8").toString("latin1");
  } catch {
    return Buffer.from(path, "utf8").toString("latin1");
  }
}
