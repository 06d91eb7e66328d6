/**
 * Secrets where a scan of contents does not look: in names of files, targets of symlinks, extended attributes. Those are not scrubbed, so
 * that a scrubbed image comes with a list of them.
 */
import { isCommonWord } from "../../analyzers/secrets/config/common-word.ts";
import type { CompiledRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { matchesIn } from "../../analyzers/secrets/match/scan/file-scanner.ts";
import { mask } from "../../analyzers/secrets/match/values/mask.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import { EntryType } from "../tar/entry.ts";

/** How many bytes are scanned at once. */
const chunkBytes = 1024 * 1024;

interface Piece {
  /** A byte string. */
  readonly text: string;
  /** A byte string. */
  readonly path: string;
  /** `the name of`, `the target of the symlink`. */
  readonly what: string;
}

/** One line for each place in any layer, without the secret: `GitHub personal access token in the name of /app/********`. */
export function secretsInNames({ catalogs }: Pick<FileTree, "catalogs">, rules: CompiledRules): string[] {
  const found = new Set<string>();
  for (const chunk of chunksOf(piecesOf(catalogs))) {
    const bytes = Buffer.from(chunk.map(({ text }) => text.replace(/[^\t\x20-\x7e]+/g, "\n")).join("\n"), "latin1");
    for (const { rule, secret, confidence } of matchesIn(rules, bytes, "", null)) {
      if (confidence === "low" || isCommonWord(secret)) continue;
      for (const { text, path, what } of chunk) {
        if (text.includes(secret)) found.add(`${rule.title} in ${what} ${displayPath(path.replaceAll(secret, mask))}`);
      }
    }
  }
  return [...found];
}

function* piecesOf(catalogs: FileTree["catalogs"]): Generator<Piece> {
  const named = new Set<string>();
  for (const catalog of catalogs) {
    for (let at = 0; at < catalog.length; at += 1) {
      const path = catalog.path(at);
      // Not every directory has an entry of its own.
      for (let end = path.length; end > 0 && !named.has(path.slice(0, end)); end = path.lastIndexOf("/", end - 1)) {
        named.add(path.slice(0, end));
        yield { text: path.slice(path.lastIndexOf("/", end - 1) + 1, end), path: path.slice(0, end), what: "the name of" };
      }
      if (catalog.type(at) === EntryType.symlink) yield { text: catalog.link(at), path, what: "the target of the symlink" };
      for (const { name, value } of catalog.xattrs(at)) yield { text: `${name}=${value}`, path, what: "an extended attribute of" };
    }
  }
}

function* chunksOf(pieces: Iterable<Piece>): Generator<Piece[]> {
  let chunk: Piece[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    chunk.push(piece);
    bytes += piece.text.length + 1;
    if (bytes < chunkBytes) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
