/** Finds `NAME=value` and secret-bearing options in the text of a shell command: RUN, CMD, HEALTHCHECK, shell history. */
import { isReferenceIn } from "../match/values/value-looks.ts";
import { judgeKeyValue } from "../match/key-value.ts";
import type { KeyValueVerdict } from "../match/key-value.ts";
import { isPlaceholder } from "../match/values/placeholder.ts";
import { secretArguments } from "./program-arguments.ts";
import { Dialogue, fedSecrets, pipedSecrets, shownSecrets } from "./program-input.ts";
import type { SecretWord } from "./secret-word.ts";
import { baseName, programAt, splitCommands } from "./shell-words.ts";
import type { Word } from "./shell-words.ts";

export interface CommandSecret {
  /** The variable, the option or the program. */
  readonly key: string;
  readonly verdict: KeyValueVerdict;
  /** Offset of the secret in the text. */
  readonly start: number;
}

/** Nesting of quotes: `sh -c "mysql -e \"…'x'\""`. */
const deepest = 3;
/** How many bytes of a text are parsed as commands. */
const mostBytes = 1024 * 1024;

/** Every assignment, option and position in the text that holds a secret, in order. */
export function secretsInCommand(text: string): CommandSecret[] {
  const finder = new Finder(text);
  finder.look(0, Math.min(text.length, mostBytes), 0);
  return [...finder.found.values()].sort((a, b) => a.start - b.start);
}

/** Prefixes of a name: `-Dname=v`, `--set name=v`, `-e NAME=v`, `/p:v`. */
const assignment = /^(?:-D|--?[A-Za-z][\w-]{0,40}=|-e|\/{1,2})?([A-Za-z_][\w.:/-]{0,100}?)\+?=/;
const option = /^--?([A-Za-z][\w.-]{1,80})(?:=([\s\S]*))?$/;
/** Words that do not count as an option's value, because the option may take none: `--password-stdin`, `--token and`. */
const helpWord = /^(?:and|or|is|the|to|for|in|of|with|from|stdin|file|-|true|false)$/i;

const call = /^[A-Za-z_][\w.]{0,60}\((?:\$|[^]*\)[;,]?$)/;

/** What follows these is a command: `PASS = echo x` in a Makefile. */
const speaks = /^(?:echo|printf|cat|test|env|exec|sh|bash)$/;

class Finder {
  readonly found = new Map<number, CommandSecret>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  look(from: number, to: number, depth: number): void {
    const commands = splitCommands(this.#text.slice(from, to)).map(({ words, isPiped }) => ({
      words: words.map((word) => ({ ...word, start: word.start + from })),
      isPiped,
    }));
    const dialogue = new Dialogue();
    for (const [i, { words, isPiped }] of commands.entries()) {
      this.#pairs(words);
      this.#program(words);
      this.#spoken(words);
      const next = commands[i + 1]?.words;
      if (isPiped && next !== undefined) this.#takeAll(pipedSecrets(words, next));
      this.#takeAll(fedSecrets(words, next));
      this.#takeAll(shownSecrets(words));
      this.#takeAll(dialogue.secrets(words));
      if (depth < deepest) for (const word of words) if (this.#holdsMore(word)) this.look(word.start, this.#endOf(word), depth + 1);
    }
  }

  /** Quoted text may be a command, a file or a statement of its own. */
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

  /** A value in a place for secrets. There is no name to weigh, so only placeholders and references are excluded. */
  #take(key: string, word: Word, from = 0, to = word.text.length): void {
    const secret = word.text.slice(from, to).replace(/^["']|["']$/g, "");
    if (secret.length < 3 || secret.length > 2000 || isReferenceIn(secret, "shell", "password") || isPlaceholder(secret)) return;
    if (/^[$`(<]|^\{\{|^-|\$\{|\$\(/.test(secret)) return;
    if (key.startsWith("snmp") && /^(?:public|private)$/.test(secret)) return;
    this.#add(key, { severity: "high", confidence: "medium", secret, start: 0 }, this.#offsetOf(secret, word, from));
  }

  #takeAll(words: Iterable<SecretWord>): void {
    for (const { key, word, from, to } of words) this.#take(key, word, from, to);
  }

  /** Quotes inside a word shift what follows them. */
  #offsetOf(secret: string, word: Word, from: number): number {
    const at = this.#text.indexOf(secret, word.start + from);
    return at < 0 || at > word.start + from + word.text.length + 8 ? word.start + from : at;
  }

  #judge(name: string, raw: string, word: Word, from: number): void {
    // The result of a command in backticks or of a call is unknown: `TOKEN = credentials('x')`, `password = crypt($1)`.
    if (raw.startsWith("`") || (!word.isQuoted && call.test(raw))) return;
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
        // `--set auth.password=x` and `-var 'password=x'` contain a pair in their value.
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
      // `name = value` in a file written by echo or a heredoc, and `set NAME value`.
      if (next?.text === "=" && words[i + 2] !== undefined && !speaks.test(words[i + 2]!.text))
        this.#judge(word.text, words[i + 2]!.text, words[i + 2]!, 0);
      const setter = words[i - (/^(?:-\w{1,4}|\/[MmKk])$/.test(words[i - 1]?.text ?? "") ? 2 : 1)]?.text ?? "";
      if (/^(?:ENV|setenv|setx|set|config)$/i.test(setter) && next !== undefined && next.text !== "=" && words.length <= i + 3)
        this.#judge(word.text.slice(word.text.lastIndexOf(":") + 1), next.text, next, 0);
      const yaml = /^["']?([A-Za-z_][\w.-]{1,80})["']?:$/.exec(word.text);
      // Excludes `-- password: see vault`.
      if (yaml !== null && next !== undefined && !next.text.startsWith("-") && words[i - 1]?.text !== "--")
        this.#judge(yaml[1]!, next.text, next, 0);
    }
  }

  #program(words: readonly Word[]): void {
    const at = programAt(words);
    if (at < 0) return;
    const program = baseName(words[at]!.text);
    const rest = words.slice(at + 1);
    this.#takeAll(secretArguments(program, rest));
    if (program === "printf") this.#formatted(rest);
  }

  /** `printf "password=%s\n" x`: the value for each `%s`. */
  #formatted([format, ...values]: readonly Word[]): void {
    for (const [i, found] of [...(format?.text.matchAll(/(?:([\w.-]{1,60})["']? ?[=: ] ?["']?)?%s/g) ?? [])].entries()) {
      const value = values[i];
      if (found[1] !== undefined && value !== undefined) this.#judge(found[1], value.text, value, 0);
    }
  }

  /** Positions recognised by the words around them. */
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
}

/** `apt-get install passwd=1:4.13`: what follows the name is a version. */
const packageManagers = /^(?:apt|apt-get|aptitude|apk|dnf|yum|microdnf|zypper|opkg|pip3?|uv|conda|mamba|brew|gem)$/;

/** `set /p PASSWORD=Enter it:` in a batch file is a prompt. */
function isPrompt(words: readonly Word[], at: number): boolean {
  return /^\/p$/i.test(words[at - 1]?.text ?? "") && /^@?set$/i.test(words[at - 2]?.text ?? "");
}
