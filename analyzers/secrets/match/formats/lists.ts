/** Secrets in tables with a header, and in lists that people keep. */
import type { RuleMatch } from "../match-rule.ts";
import { classifyName } from "../values/name-words.ts";
import { isPlaceholder } from "../values/placeholder.ts";
import { isWordLike, looksRandom } from "../values/value-looks.ts";
import { cellsOf, linesOf, mostRows, pairAt } from "./cells.ts";
import { parseNamedSecret } from "./credential-files.ts";
import { credential, present } from "./found.ts";

/** CSV and TSV (RFC 4180, without line breaks inside quotes): columns with the name of a secret. */
export function parseTable(text: string): RuleMatch[] {
  const lines = linesOf(text, mostRows + 1);
  const header = lines[0];
  if (header === undefined) return [];
  const separator = [",", ";", "\t", "|"].find((sign) => header.text.includes(sign));
  if (separator === undefined) return [];
  const names = cellsOf(header.text, separator).map((cell) => cell.text.trim().replaceAll(/\s+/g, "_"));
  const columns = names.flatMap((name, i) => (name.length <= 40 && classifyName(name) !== null ? [i] : []));
  if (columns.length === 0) return [];
  return lines.slice(1).flatMap((line) => {
    const cells = cellsOf(line.text, separator);
    return columns.flatMap((i) => pairAt(names[i]!, cells[i], line.start));
  });
}

/** Lists with fewer pairs than one in this many lines are not password lists but, for example, word lists for guessing. */
const mostLinesPerPair = 20;

/** From a page about passwords: the rest of `https://…` after its colon, or `require('x');`. */
const codeOrAddress = /^\/\/|\w\((?:["'{)]|$)/;

/** `mail: x`, `user:x`, `router - x`: what people write into `passwords.txt`. A single line may be the secret itself. */
export function parsePasswordList(text: string): RuleMatch[] {
  const lines = [...text.matchAll(/^[^\n:=]{1,80}?(?:[:=]|[ \t]-)[ \t]{0,8}([^\s:=]{5,100})[ \t]*\r?$/gm)].slice(0, mostRows);
  const listed = lines.flatMap((line) => {
    const secret = line[1]!;
    if (isPlaceholder(secret) || isWordLike(secret) || !looksRandom(secret) || codeOrAddress.test(secret)) return [];
    return [credential(secret, line.index + line[0].lastIndexOf(secret), null)].filter(present);
  });
  if (listed.length === 0) return parseNamedSecret(text);
  return linesOf(text, mostRows).length > listed.length * mostLinesPerPair ? [] : listed;
}
