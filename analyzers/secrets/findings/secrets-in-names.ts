/** Secrets in places that a scan of contents does not cover: file names, symlink targets, extended attributes. */
import type { FileTree } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { isCommonWord } from "../config/common-word.ts";
import type { CompiledRules } from "../match/compile-rules.ts";
import type { RuleMatch } from "../match/match-rule.ts";
import { matchesIn } from "../match/scan/file-scanner.ts";
import { mask } from "../match/values/mask.ts";

/** How many bytes are scanned at once. */
const chunkBytes = 1024 * 1024;
/** In bytes. Tokens that are recognised by their form alone are longer; most names are shorter, and not worth a look. */
const shortestToken = 16;

interface Piece {
  /** A byte string. */
  readonly text: string;
  /** A byte string. */
  readonly path: string;
  readonly layer: number;
  readonly what: "name" | "link" | "attribute";
}

/** One place of a secret. */
export interface SecretInName extends Omit<Piece, "text"> {
  /** The path as a byte string, with the secret masked. */
  readonly masked: string;
  /** Holds the secret in clear only during the search; afterwards only its hash and redacted form are kept. */
  readonly match: RuleMatch;
}

/** Every occurrence in any layer, reported for the lowest layer that has it. */
export function secretsInNames({ catalogs }: Pick<FileTree, "catalogs">, rules: CompiledRules): SecretInName[] {
  const found: Omit<SecretInName, "masked">[] = [];
  for (const chunk of chunksOf(piecesOf(catalogs))) {
    const bytes = Buffer.from(chunk.map(({ text }) => text.replace(/[^\t\x20-\x7e]/g, "\n")).join("\n"), "latin1");
    let [piece, end] = [-1, -1];
    const matches = matchesIn(rules, bytes, "", null).filter(({ secret, confidence }) => confidence !== "low" && !isCommonWord(secret));
    for (const match of [...matches].sort((a, b) => a.start - b.start)) {
      while (end < match.start) end += chunk[++piece]!.text.length + 1;
      const { text, ...place } = chunk[piece]!;
      // A match that spans two pieces does not count.
      if (text.includes(match.secret)) found.push({ ...place, match });
    }
  }
  // A path may contain several.
  const named = new Set(found.flatMap(({ what, match }) => (what === "name" ? [match.secret] : [])));
  return found.map((place) => ({ ...place, masked: [...named].reduce((path, secret) => path.replaceAll(secret, mask), place.path) }));
}

function* piecesOf(catalogs: FileTree["catalogs"]): Generator<Piece> {
  const named = new Set<string>();
  for (const [layer, catalog] of catalogs.entries()) {
    let above = "";
    for (let at = 0; at < catalog.length; at += 1) {
      const path = withoutMark(catalog.path(at));
      const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      // Not every directory has an entry of its own. The files of one mostly follow each other.
      const seen = directory === above ? directory.length : 0;
      above = directory;
      for (let end = path.length; end > seen; end = path.lastIndexOf("/", end - 1)) {
        const start = path.lastIndexOf("/", end - 1) + 1;
        if (end - start < shortestToken || named.has(path.slice(0, end))) continue;
        named.add(path.slice(0, end));
        yield { text: path.slice(start, end), path: path.slice(0, end), layer, what: "name" };
      }
      if (catalog.type(at) === EntryType.symlink) yield { text: catalog.link(at), path, layer, what: "link" };
      for (const { name, value } of catalog.xattrs(at)) yield { text: `${name}=${value}`, path, layer, what: "attribute" };
    }
  }
}

/** A whiteout contains the name of the file it deletes. */
function withoutMark(path: string): string {
  return path.includes(".wh.") ? path.replace(/(^|\/)\.wh\.(?!\.wh\.)/, "$1") : path;
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
