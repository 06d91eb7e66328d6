/** The arguments of known programs that are secrets, from the table and from code for programs with a syntax of their own. */
import { classifyName } from "../match/values/name-words.ts";
import { looksRandom } from "../match/values/value-looks.ts";
import { programRows } from "./program-secrets.ts";
import type { ProgramRow } from "./program-secrets.ts";
import { all, part } from "./secret-word.ts";
import type { SecretWord } from "./secret-word.ts";
import type { Word } from "./shell-words.ts";

const rowsOf = new Map<string, ProgramRow[]>();
for (const row of programRows) {
  for (const program of row.programs.split(" ")) rowsOf.set(program, [...(rowsOf.get(program) ?? []), row]);
}
const wordsOf = new Map<string, ReadonlySet<string>>();
function setOf(words: string): ReadonlySet<string> {
  let set = wordsOf.get(words);
  if (set === undefined) wordsOf.set(words, (set = new Set(words.split(" ").filter((word) => word !== ""))));
  return set;
}

/** The arguments after the program's name that are secrets, or contain one. */
export function* secretArguments(program: string, rest: readonly Word[]): Generator<SecretWord> {
  for (const row of rowsOf.get(program) ?? []) yield* byRow(row, program, rest);
  if (program === "net" && /^(?:user|use)$/.test(rest[0]?.text ?? "")) {
    // The share, the drive and switches may come in any order.
    const isGiven = ({ text }: Word): boolean => !/^[/\\]|^(?:[A-Za-z]:|\*)$/.test(text);
    const value = rest[0]!.text === "user" ? rest[2] : rest.slice(1).find(isGiven);
    if (value !== undefined && isGiven(value)) yield all(program, value);
  }
  if (program === "reg") yield* registryValue(rest);
  if (program === "sed" || program === "perl") for (const word of rest) yield* substituted(program, word);
  if (program === "openssl") for (const word of rest) if (word.text.startsWith("pass:")) yield part(program, word, 5);
  if (/^(?:xfreerdp|rdesktop|wfreerdp)$/.test(program))
    for (const word of rest) if (word.text.startsWith("/p:")) yield part(program, word, 3);
}

/** Applies one row of the table to the arguments. */
function* byRow(row: ProgramRow, program: string, rest: readonly Word[]): Generator<SecretWord> {
  let from = 0;
  if (row.subcommand !== undefined) {
    const names = setOf(row.subcommand);
    from = rest.findIndex(({ text }) => names.has(text) || names.has(text.replace(/\..*$/, ""))) + 1;
    if (from === 0) return;
  }
  if (row.onlyWith !== undefined && !rest.some(({ text }) => row.onlyWith!.test(text))) return;
  if (row.options !== undefined || row.attached !== undefined || row.userAnd !== undefined) yield* byOption(row, program, rest);
  if (row.argument === undefined) return;
  const values = rest.slice(from).filter(({ text }, i, words) => !/^[-<>]/.test(text) && !/^[<>]{1,2}$/.test(words[i - 1]?.text ?? ""));
  const word = values.at(row.argument);
  // `vault login -method=aws role=x`: a named value is judged by its name.
  if (word !== undefined && /^[a-z][a-z_]*=/.test(word.text)) return;
  if (word !== undefined && (row.argument >= 0 || values.length > (row.subcommand === undefined && !/^auth$/i.test(program) ? 1 : 0)))
    yield all(program, word);
}

function* byOption({ options = "", attached, userAnd }: ProgramRow, program: string, rest: readonly Word[]): Generator<SecretWord> {
  const names = setOf(options);
  const users = setOf(userAnd?.[0] ?? "");
  for (const [i, word] of rest.entries()) {
    const cut = word.text.indexOf("=");
    const name = word.text.startsWith("-") && cut > 0 ? word.text.slice(0, cut) : word.text;
    const next = rest[i + 1];
    if (names.has(name)) {
      if (name !== word.text) yield part(program, word, cut + 1);
      else if (next !== undefined && !next.text.startsWith("-")) yield all(program, next);
    } else if (users.has(name)) {
      const value = name === word.text ? next : word;
      const sign = value?.text.indexOf(userAnd![1], name === word.text ? 0 : cut + 1) ?? -1;
      if (value !== undefined && sign >= 0) yield part(program, value, sign + 1);
    } else if (users.has("@argument") && /^[\w.-]+\/[^@\s/=]+(?:@|$)/.test(word.text)) {
      const end = word.text.indexOf("@");
      yield part(program, word, word.text.indexOf("/") + 1, end < 0 ? word.text.length : end);
    } else if (attached !== undefined && attached !== "" && word.text.length > 3 && word.text[0] === "-" && word.text[1] === attached) {
      if (!/^-p(?:ort|ath|rint|rotocol|assword|lugin|rogress)|^-P\d{2,5}$/.test(word.text)) yield part(program, word, 2);
    } else if (userAnd !== undefined && program === "curl" && /^-[a-zA-Z]{0,6}u$/.test(word.text) && next?.text.includes(":") === true) {
      yield part(program, next, next.text.indexOf(":") + 1);
    }
  }
}

/** `reg add HKLM\X /v Password /d x` */
function* registryValue(rest: readonly Word[]): Generator<SecretWord> {
  const behind = (flag: string): Word | undefined => rest[rest.findIndex(({ text }) => text.toLowerCase() === flag) + 1];
  const name = behind("/v");
  const value = behind("/d");
  if (name !== rest[0] && value !== undefined && value !== rest[0] && classifyName(name?.text ?? "") !== null) yield all(name!.text, value);
}

/** `s/DB_PASSWORD_HERE/x/`, `s/# requirepass foobared/requirepass x/` */
function* substituted(program: string, word: Word): Generator<SecretWord> {
  const found = /^s([/|#,@])([^/|,@]{1,80})\1((?:([\w.-]{3,40}) {1,4})?([^/|#,@\\$& ]{6,100}))\1g?$/.exec(word.text);
  if (found === null) return;
  const [, , old, , directive, value] = found;
  const name = directive ?? old!.replace(/^\W+|\W+$/g, "").replace(/_(?:here|placeholder|value)$/i, "");
  if (classifyName(name) === null || /[=:]/.test(value!) || !looksRandom(value!)) return;
  const from = word.text.lastIndexOf(value!);
  yield part(program, word, from, from + value!.length);
}
