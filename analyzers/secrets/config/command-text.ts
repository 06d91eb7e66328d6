/** Finds `NAME=value` and secret-bearing options in the text of a shell command: RUN, CMD, HEALTHCHECK, shell history. */
import { isReferenceIn, looksRandom } from "../match/values/value-looks.ts";
import { judgeKeyValue } from "../match/key-value.ts";
import type { KeyValueVerdict } from "../match/key-value.ts";
import { classifyName } from "../match/values/name-words.ts";
import { isPlaceholder } from "../match/values/placeholder.ts";
import { programRows, wrappers } from "./program-secrets.ts";
import type { ProgramRow } from "./program-secrets.ts";
import { splitCommands } from "./shell-words.ts";
import type { SimpleCommand, Word } from "./shell-words.ts";

export interface CommandSecret {
  /** The variable, the option or the program. */
  readonly key: string;
  readonly verdict: KeyValueVerdict;
  /** Offset of the secret in the text. */
  readonly start: number;
}

/** Quotes inside quotes: `sh -c "mysql -e \"…'x'\""`. */
const deepest = 3;
/** Bytes of a text that are taken apart as commands. */
const mostBytes = 1024 * 1024;

/** Every assignment, option and position of the text that holds a secret, by the order of the text. */
export function secretsInCommand(text: string): CommandSecret[] {
  const finder = new Finder(text);
  finder.look(0, Math.min(text.length, mostBytes), 0);
  return [...finder.found.values()].sort((a, b) => a.start - b.start);
}

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

/** `-Dname=v`, `--set name=v`, `-e NAME=v`, `/p:v`: signs before a name. */
const assignment = /^(?:-D|--?[A-Za-z][\w-]{0,40}=|-e|\/{1,2})?([A-Za-z_][\w.:/-]{0,100}?)\+?=/;
const option = /^--?([A-Za-z][\w.-]{1,80})(?:=([\s\S]*))?$/;
/** `--password-stdin`, `--token and`: options that take no value are followed by anything. */
const helpWord = /^(?:and|or|is|the|to|for|in|of|with|from|stdin|file|-|true|false)$/i;

class Finder {
  readonly found = new Map<number, CommandSecret>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  look(from: number, to: number, depth: number): void {
    const commands = splitCommands(this.#text.slice(from, to));
    let listener: string | null = null;
    for (const [i, command] of commands.entries()) {
      const words = command.words.map((word) => ({ ...word, start: word.start + from }));
      this.#pairs(words);
      this.#program(words);
      this.#spoken(words);
      const next = commands[i + 1];
      if (command.isPiped && next !== undefined) this.#pipe(words, next);
      this.#fed(words, next, from);
      listener = this.#dialogue(words, listener);
      if (depth < deepest) for (const word of words) if (this.#holdsMore(word)) this.look(word.start, this.#endOf(word), depth + 1);
    }
  }

  /** What quotes hold may be a command, a file or a statement of its own. */
  #holdsMore({ text, isQuoted, start }: Word): boolean {
    return (
      text.length >= 4 && text.length <= 20_000 && /[=: ]/.test(text) && (isQuoted || /["']/.test(this.#text[start + text.length] ?? ""))
    );
  }

  #endOf({ start, text }: Word): number {
    return Math.min(this.#text.length, start + text.length);
  }

  #add(key: string, verdict: KeyValueVerdict, start: number): void {
    if (!this.found.has(start)) this.found.set(start, { key, verdict, start });
  }

  /** A value at a place that is a secret's: no name to weigh, so only holes are left out. */
  #take(key: string, word: Word, from = 0, to = word.text.length): void {
    const secret = word.text.slice(from, to).replace(/^["']|["']$/g, "");
    if (secret.length < 3 || secret.length > 2000 || isReferenceIn(secret, "shell", "password") || isPlaceholder(secret)) return;
    if (/^[$`(<]|^\{\{|^-|\$\{|\$\(/.test(secret)) return;
    if (key.startsWith("snmp") && /^(?:public|private)$/.test(secret)) return;
    this.#add(key, { severity: "high", confidence: "medium", secret, start: 0 }, this.#offsetOf(secret, word, from));
  }

  /** Quotes inside a word shift what follows them. */
  #offsetOf(secret: string, word: Word, from: number): number {
    const at = this.#text.indexOf(secret, word.start + from);
    return at < 0 || at > word.start + from + word.text.length + 8 ? word.start + from : at;
  }

  #judge(name: string, raw: string, word: Word, from: number): void {
    // What a command in backticks says is not known.
    if (raw.startsWith("`")) return;
    const verdict = judgeKeyValue(name, raw, "shell", false);
    if (verdict === null || helpWord.test(verdict.secret)) return;
    this.#add(name, verdict, this.#offsetOf(verdict.secret, word, from + verdict.start));
  }

  /** `NAME=value`, `--name=value`, `--name value`. */
  #pairs(words: readonly Word[]): void {
    const at = programAt(words);
    const isInstall = at >= 0 && packageManagers.test(baseName(words[at]!.text));
    for (const [i, word] of words.entries()) {
      if (word.text.length < 3 || word.text.length > 4000) continue;
      const named = assignment.exec(word.text);
      if (named !== null && !(isInstall && /^[~<>=]?\d/.test(word.text.slice(named[0].length))) && !isPrompt(words, i)) {
        this.#judge(named[1]!.slice(named[1]!.lastIndexOf("/") + 1), word.text.slice(named[0].length), word, named[0].length);
        // `--set auth.password=x` and `-var 'password=x'` hold the pair in their value.
        const inner = assignment.exec(word.text.slice(named[0].length));
        if (inner !== null) {
          const from = named[0].length + inner[0].length;
          this.#judge(inner[1]!, word.text.slice(from), word, from);
        }
      }
      const flag = option.exec(word.text);
      if (flag?.[2] !== undefined) this.#judge(flag[1]!, flag[2], word, flag[0].length - flag[2].length);
      const next = words[i + 1];
      if (flag !== null && flag[2] === undefined && next !== undefined && !next.text.startsWith("-") && !/^[<>]/.test(next.text))
        this.#judge(flag[1]!, next.text, next, 0);
      // `name = value` of a file that is written by echo or a heredoc, `set NAME value`.
      if (next?.text === "=" && words[i + 2] !== undefined) this.#judge(word.text, words[i + 2]!.text, words[i + 2]!, 0);
      const setter = words[i - (/^-\w{1,4}$/.test(words[i - 1]?.text ?? "") ? 2 : 1)]?.text ?? "";
      if (/^(?:ENV|setenv|setx|set|config)$/i.test(setter) && next !== undefined && next.text !== "=" && words.length <= i + 3)
        this.#judge(word.text.slice(word.text.lastIndexOf(":") + 1), next.text, next, 0);
      const yaml = /^["']?([A-Za-z_][\w.-]{1,80})["']?:$/.exec(word.text);
      if (yaml !== null && next !== undefined) this.#judge(yaml[1]!, next.text, next, 0);
    }
  }

  #program(words: readonly Word[]): void {
    const at = programAt(words);
    if (at < 0) return;
    const program = baseName(words[at]!.text);
    const rest = words.slice(at + 1);
    for (const row of rowsOf.get(program) ?? []) this.#row(row, program, rest);
    if (program === "net" && /^(?:user|use)$/.test(rest[0]?.text ?? "")) {
      const at = rest[0]!.text === "user" ? 2 : rest.findIndex(({ text: word }) => word.startsWith("\\\\")) + 1;
      if (at > 0 && rest[at] !== undefined && !/^\/|^\*$/.test(rest[at].text)) this.#take(program, rest[at]);
    }
    if (program === "printf") this.#formatted(rest);
    if (program === "sed") for (const word of rest) this.#substitute(word);
    if (program === "openssl") for (const word of rest) if (/^pass:/.test(word.text)) this.#take(program, word, 5);
    if (/^(?:xfreerdp|rdesktop|wfreerdp)$/.test(program))
      for (const word of rest) if (/^\/p:/.test(word.text)) this.#take(program, word, 3);
  }

  /** `printf "password=%s\n" x`: what each `%s` stands for. */
  #formatted([format, ...values]: readonly Word[]): void {
    for (const [i, found] of [...(format?.text.matchAll(/(?:([\w.-]{1,60})["']? ?[=: ] ?["']?)?%s/g) ?? [])].entries()) {
      const value = values[i];
      if (found[1] !== undefined && value !== undefined) this.#judge(found[1], value.text, value, 0);
    }
  }

  #row(row: ProgramRow, program: string, rest: readonly Word[]): void {
    let from = 0;
    if (row.subcommand !== undefined) {
      const names = setOf(row.subcommand);
      from = rest.findIndex(({ text }) => names.has(text) || names.has(text.replace(/\..*$/, ""))) + 1;
      if (from === 0) return;
    }
    if (row.onlyWith !== undefined && !rest.some(({ text }) => row.onlyWith!.test(text))) return;
    if (row.options !== undefined || row.attached !== undefined || row.userAnd !== undefined) this.#options(row, program, rest);
    if (row.argument === undefined) return;
    const values = rest.slice(from).filter(({ text }, i, words) => !/^[-<>]/.test(text) && !/^[<>]{1,2}$/.test(words[i - 1]?.text ?? ""));
    const word = values.at(row.argument);
    if (word !== undefined && (row.argument >= 0 || values.length > (row.subcommand === undefined && !/^auth$/i.test(program) ? 1 : 0)))
      this.#take(program, word);
  }

  #options({ options = "", attached, userAnd }: ProgramRow, program: string, rest: readonly Word[]): void {
    const names = setOf(options);
    const users = setOf(userAnd?.[0] ?? "");
    for (const [i, word] of rest.entries()) {
      const cut = word.text.indexOf("=");
      const name = word.text.startsWith("-") && cut > 0 ? word.text.slice(0, cut) : word.text;
      const next = rest[i + 1];
      if (names.has(name)) {
        if (name !== word.text) this.#take(program, word, cut + 1);
        else if (next !== undefined && !next.text.startsWith("-")) this.#take(program, next);
      } else if (users.has(name)) {
        const value = name === word.text ? next : word;
        const sign = value?.text.indexOf(userAnd![1], name === word.text ? 0 : cut + 1) ?? -1;
        if (value !== undefined && sign >= 0) this.#take(program, value, sign + 1);
      } else if (users.has("@argument") && /^[\w.-]+\/[^@\s/=]+(?:@|$)/.test(word.text)) {
        const end = word.text.indexOf("@");
        this.#take(program, word, word.text.indexOf("/") + 1, end < 0 ? word.text.length : end);
      } else if (attached !== undefined && attached !== "" && word.text.length > 3 && word.text[0] === "-" && word.text[1] === attached) {
        if (!/^-p(?:ort|ath|rint|rotocol|assword|lugin|rogress)|^-P\d{2,5}$/.test(word.text)) this.#take(program, word, 2);
      } else if (userAnd !== undefined && program === "curl" && /^-[a-zA-Z]{0,6}u$/.test(word.text) && next?.text.includes(":") === true) {
        this.#take(program, next, next.text.indexOf(":") + 1);
      }
    }
  }

  /** Positions that are told by the words around them. */
  #spoken(words: readonly Word[]): void {
    const text = words.map((word) => word.text);
    const at = programAt(words);
    const program = at < 0 ? "" : baseName(text[at]!);
    for (const [i, word] of words.entries()) {
      if (i < at) continue;
      const next = words[i + 1];
      if (word.text === "password" && next !== undefined && text.lastIndexOf("login", i) >= 0 && text.lastIndexOf("machine", i) >= 0)
        this.#take("netrc", next);
      // debconf: `mysql-server mysql-server/root_password password x`
      if (
        /^[\w.+-]+\/[\w./-]*passw(?:or)?d[\w-]*$/.test(word.text) &&
        words[i + 2] !== undefined &&
        /^(?:password|string)$/.test(next?.text ?? "")
      )
        this.#take("debconf", words[i + 2]!);
      const composer = /(?:http-basic|github-oauth|gitlab-token|bearer|pypi-token)\.\S/.test(word.text);
      if (composer && next !== undefined) this.#take("composer", words.at(-1)!);
      // `npm config set //host/:_authToken x`, `git config credential.password x`, `aws configure set aws_secret_access_key x`
      if (
        /(?:^|[:/._])(?:_auth(?:token)?|_password|secret_access_key|session_token|password|pass|token)$/i.test(word.text) &&
        next !== undefined
      )
        if (/^(?:aws|gcloud|npm|yarn|pnpm|pip3?|git|composer|poetry|bundle|gem|helm|kubectl|oc|snow|rclone)$/.test(program))
          this.#take(word.text, next);
      if (/^(?:bundle|bundler)$/.test(program) && text.includes("config") && i === words.length - 1 && /^[\w.-]+:\S{6,}$/.test(word.text))
        this.#take("bundle", word, word.text.indexOf(":") + 1);
    }
  }

  /** `s/DB_PASSWORD_HERE/x/` */
  #substitute(word: Word): void {
    const found = /^s([/|#,@])([^/|#,@]{1,80})\1([^/|#,@\\$&]{6,100})\1g?$/.exec(word.text);
    if (
      found !== null &&
      classifyName(found[2]!.replace(/^\W+|\W+$/g, "").replace(/_(?:here|placeholder|value)$/i, "")) !== null &&
      !/[=:]/.test(found[3]!) &&
      looksRandom(found[3]!)
    )
      this.#take("sed", word, 3 + found[2]!.length, 3 + found[2]!.length + found[3]!.length);
  }

  /** `kinit a <<< x`, `chpasswd <<< user:x`, `passwd root <<EOF` and the line behind it. */
  #fed(words: readonly Word[], next: SimpleCommand | undefined, from: number): void {
    const sign = words.findIndex(({ text }) => text.startsWith("<<"));
    if (sign < 1) return;
    const program = baseName(words[Math.max(0, programAt(words))]!.text);
    if (!takesPassword.test(program) && !words.some(({ text }) => text === "-S")) return;
    const attached = words[sign]!.text.replace(/^<<<?/, "");
    const isString = words[sign]!.text.startsWith("<<<");
    const line = next?.words[0];
    if (!isString && line !== undefined && next!.words.length === 1) this.#password(program, { ...line, start: line.start + from });
    if (isString && attached === "" && words[sign + 1] !== undefined) this.#password(program, words[sign + 1]!);
  }

  /** Lines of a here-document for ftp: `user name x`, `quote PASS x`. Returns what ends the document while one is read. */
  #dialogue(words: readonly Word[], endWord: string | null): string | null {
    const text = words.map((word) => word.text);
    if (endWord !== null) {
      if (text[0] === endWord) return null;
      const at = /^(?:quote|literal)$/i.test(text[0] ?? "") ? 1 : 0;
      if (/^user$/i.test(text[at] ?? "") && words[at + 2] !== undefined) this.#take("user", words[at + 2]!);
      if (/^pass$/i.test(text[at] ?? "") && words[at + 1] !== undefined) this.#take("pass", words[at + 1]!);
      return endWord;
    }
    const sign = text.findIndex((word) => word.startsWith("<<") && !word.startsWith("<<<"));
    if (sign < 0 || !text.slice(0, sign).some((word) => /^(?:t|p|l|nc)?ftps?$/.test(baseName(word)))) return null;
    const attached = text[sign]!.replace(/^<<-?/, "");
    return (attached === "" ? text[sign + 1] : attached) ?? null;
  }

  /** What a program that asks for a password is given: `user:x` where it asks for both. */
  #password(program: string, said: Word): void {
    const colon = program === "chpasswd" ? said.text.indexOf(":") : -1;
    if (program !== "chpasswd" || colon > 0) this.#take(program, said, colon + 1, lineEnd(said.text));
  }

  /** `echo user:x | chpasswd`, `echo x | passwd --stdin`, `echo x | docker login --password-stdin`, `printf x > .pgpass`. */
  #pipe(words: readonly Word[], next: SimpleCommand): void {
    const speaker = programAt(words);
    if (speaker < 0 || !/^(?:echo|printf|yes)$/.test(baseName(words[speaker]!.text))) return;
    const said = words.at(-1)!;
    const to = next.words.map(({ text }) => text);
    const listener = programAt(next.words);
    const program = listener < 0 ? "" : baseName(to[listener]!);
    if (
      takesPassword.test(program) ||
      to.some((t) => /^--?(?:password-stdin|with-token|stdin|passphrase-fd|pinentry-mode|S)$/.test(t)) ||
      (to.includes("sudo") && to.includes("-S")) ||
      (to.includes("login") && to.at(-1) === "-")
    ) {
      this.#password(program, said);
    }
  }
}

/** `apt-get install passwd=1:4.13`: what stands behind the name is a version. */
const packageManagers = /^(?:apt|apt-get|aptitude|apk|dnf|yum|microdnf|zypper|opkg|pip3?|uv|conda|mamba|brew|gem)$/;

/** `set /p PASSWORD=Enter it:` of a batch file asks for it. */
function isPrompt(words: readonly Word[], at: number): boolean {
  return /^\/p$/i.test(words[at - 1]?.text ?? "") && /^@?set$/i.test(words[at - 2]?.text ?? "");
}

/** Programs that read a password from their input. */
const takesPassword = /^(?:chpasswd|passwd|smbpasswd|vncpasswd|sudo|su|saslpasswd2|kinit|cryptsetup|htpasswd|elasticsearch-keystore)$/;

/** Where the program's name stands, behind variables, `sudo` and `/bin/sh -c`; -1 when there is none. */
function programAt(words: readonly Word[]): number {
  for (let at = 0; at < words.length; at += 1) {
    const { text } = words[at]!;
    if (/^(?:sh|bash|ash|dash|zsh|ksh|cmd|powershell|pwsh)$/.test(baseName(text))) {
      while (at + 1 < words.length && /^[-/]\w+$/.test(words[at + 1]!.text)) at += 1;
    } else if (!wrappers.has(text) && !/^\w+=|^--(?:mount|network|security)=|^\|\d+$/.test(text)) return at;
  }
  return -1;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/\.exe$/i, "");
}

/** Of `secret\nsecret\n`, as printf takes it, the first line. */
function lineEnd(text: string): number {
  const at = text.indexOf("\\n");
  return at < 0 ? text.length : at;
}
