/** Databases and manifests of `key: value` lines, reduced to the fields that matter, as byte strings. */
import { PackageDataError } from "../data-error.ts";

/** As many as a whole distribution has. A file that claims more is no real database, and not worth the memory. */
export const mostPackages = 60_000;
/** For all needs in one database; real ones list about ten for each package. */
const mostNeeds = 2_000_000;
/** For all expanded paths in one database. */
export const mostPathBytes = 64 * 1024 * 1024;

/** The relevant headers, up to the first empty line. Some tools write the description among them. */
export function metadataFields(text: string): string {
  const end = text.search(/\r?\n\r?\n/);
  return (end < 0 ? text : text.slice(0, end))
    .split("\n")
    .filter((line) => /^(?:Name|Version|Requires-Dist|Requires|Provides-Extra):/i.test(line))
    .join("\n");
}

const statusField =
  /^(?:Package|Status|Version|Architecture|Multi-Arch|Essential|Important|Protected|Section|Maintainer|Depends|Pre-Depends|Recommends|Suggests|Provides|Conffiles):/i;

/**
 * The fields that matter, each on one line; most of the rest is descriptions.
 * @throws {PackageDataError} when it is not a dpkg file, or lists more packages than there can be
 */
export function statusFields(text: string): string {
  const lines: string[] = [];
  let isKept = false;
  let [packages, needs] = [0, 0];
  for (const line of text.split("\n")) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (isKept) lines[lines.length - 1] += line.trimEnd();
      continue;
    }
    isKept = statusField.test(line);
    if (isKept && line.startsWith("Package:")) packages += 1;
    if (isKept && line.length > longNeeds) needs += line.split(",").length;
    if (isKept || line.trim() === "") lines.push(line.trimEnd());
  }
  checkCount(packages, needs, text);
  return lines.join("\n");
}

/**
 * Checks apk's database before its paths are expanded.
 * @throws {PackageDataError} when it is not an apk database, or lists more than there can be
 */
export function checkInstalled(text: string): void {
  let [packages, needs, pathBytes, directory] = [0, 0, 0, 0];
  for (const line of text.split("\n")) {
    if (line.startsWith("P:")) packages += 1;
    else if (line.startsWith("D:") && line.length > longNeeds) needs += line.split(" ").length;
    else if (line.startsWith("F:")) directory = line.length - 1;
    else if (line.startsWith("R:")) pathBytes += directory + line.length - 2;
  }
  checkCount(packages, needs, text);
  if (pathBytes > mostPathBytes) throw new PackageDataError(`lists paths of more than ${mostPathBytes} bytes`);
}

/** Shorter fields cannot add up to too many needs, even with the most packages allowed. */
const longNeeds = 60;

function checkCount(packages: number, needs: number, text: string): void {
  if (packages > mostPackages) throw new PackageDataError(`lists more than ${mostPackages} packages`);
  if (needs > mostNeeds) throw new PackageDataError(`lists more than ${mostNeeds} needs`);
  if (packages === 0 && text.trim() !== "") throw new PackageDataError("lists no package");
}
