/** Scans the files of a layer as a stream, including the members of archives among them. */
import { ArchiveScanner } from "./archives/archive-scanner.ts";
import type { FoundInFile } from "./archives/archive-scanner.ts";
import type { CompiledRules } from "./match/compile-rules.ts";
import { hashSecret, redactSecret } from "./match/values/mask.ts";
import type { SecretHit } from "./match/secret-hit.ts";
import { maxHits } from "./match/scan/stream-scanner.ts";

export interface ContentScanner {
  /** Begins a file: its entry in the catalog, its path (a byte string) and its stored bytes, as stated by the archive. */
  begin(entryIndex: number, path: string, size: number): void;
  /** Its next bytes, which have been copied or used when this returns. */
  write(chunk: Buffer): void;
  /** Ends the file and returns what was found in it, each place once. */
  end(): SecretHit[];
  /** After `end`: why parts of the file were not scanned, or null if it was scanned completely. */
  readonly cutShort: string | null;
}

export function createContentScanner(rules: CompiledRules): ContentScanner {
  const scanner = new ArchiveScanner(rules);
  let entry = 0;
  let cutShort: string | null = null;
  return {
    begin(entryIndex, path, size) {
      entry = entryIndex;
      scanner.begin(path, size);
    },
    write: (chunk) => scanner.write(chunk),
    end() {
      const found = scanner.end();
      cutShort = scanner.cutShort ?? (found.length > maxHits ? `more than ${maxHits} secrets in one file` : null);
      return found.slice(0, maxHits).map((each) => hitOf(entry, each));
    },
    get cutShort() {
      return cutShort;
    },
  };
}

function hitOf(entry: number, { match, line, offset, inside, isBinary }: FoundInFile): SecretHit {
  return {
    entry,
    inside,
    rule: match.rule.id,
    severity: match.severity,
    confidence: match.confidence,
    line: isBinary ? null : line,
    offset,
    key: match.key,
    redacted: redactSecret(match.secret),
    secretHash: hashSecret(match.secret),
  };
}
