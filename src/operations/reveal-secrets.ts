/** Reads found secrets again in clear text, only for `--reveal` on a terminal. They are not kept. */
import { ArchiveScanner } from "../../analyzers/secrets/archives/archive-scanner.ts";
import { fingerprint, placeOf } from "../../analyzers/secrets/findings/assemble-findings.ts";
import { linkedNames } from "../../analyzers/secrets/findings/linked-names.ts";
import { locateEntries } from "../../analyzers/secrets/findings/locate-entries.ts";
import type { CompiledRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { hashSecret } from "../../analyzers/secrets/match/values/mask.ts";
import { scanConfig } from "../../analyzers/secrets/config/scan-config.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import type { Image } from "../image/image.ts";
import { readEntry } from "../scan/content/content.ts";
import { EntryType } from "../tar/entry.ts";

/** How many bytes of a file are read again. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Fingerprint → secret, for all findings that can be read again.
 * @throws {BallastError} as reading a layer does
 */
export async function revealSecrets(
  findings: readonly SecretFinding[],
  image: Image,
  tree: FileTree,
  rules: CompiledRules,
): Promise<Map<string, string>> {
  const revealed = new Map<string, string>();
  for (const { rule, secret } of await scanConfig(image, rules)) revealed.set(fingerprint(rule, "metadata", secret.hash), secret.reveal());
  const scanner = new ArchiveScanner(rules);
  const files = new Set(
    findings.flatMap((finding) => finding.locations.flatMap((l) => (l.surface === "file" ? [`${l.layer!}\0${l.path!}`] : []))),
  );
  for (const { path, inode } of locateEntries(tree, filesOf(tree), linkedNames(tree)).values()) {
    if (!files.has(`${inode.layer}\0${displayPath(path)}`)) continue;
    const bytes = await readEntry(image.layers[inode.layer]!, tree.catalogs[inode.layer]!, inode.entry, maxBytes);
    scanner.begin(path, bytes.length);
    scanner.write(bytes);
    for (const { match, inside } of scanner.end()) {
      revealed.set(
        fingerprint(match.rule.id, displayPath(placeOf(path, { inside })), hashSecret(match.secret)),
        Buffer.from(match.secret, "latin1").toString("utf8"),
      );
    }
  }
  return revealed;
}

/** `layer:entry` of every file that any layer stores. */
function filesOf({ catalogs }: FileTree): Set<string> {
  const ids = new Set<string>();
  for (const [layer, catalog] of catalogs.entries())
    for (let entry = 0; entry < catalog.length; entry += 1) if (catalog.type(entry) === EntryType.file) ids.add(`${layer}:${entry}`);
  return ids;
}
