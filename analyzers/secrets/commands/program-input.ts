/** Passwords that a command passes to another program's input: through a pipe, a here-document or a here-string. */
import { all, part } from "./secret-word.ts";
import type { SecretWord } from "./secret-word.ts";
import { baseName, programAt } from "./shell-words.ts";
import type { Word } from "./shell-words.ts";

/** Programs that read a password from their input. */
const takesPassword = /^(?:chpasswd|passwd|smbpasswd|vncpasswd|sudo|su|saslpasswd2|kinit|cryptsetup|htpasswd|elasticsearch-keystore)$/;

/** `echo user:x | chpasswd`, `echo x | passwd --stdin`, `echo x | docker login --password-stdin`, `printf x > .pgpass`. */
export function* pipedSecrets(words: readonly Word[], next: readonly Word[]): Generator<SecretWord> {
  const speaker = programAt(words);
  if (speaker < 0 || !/^(?:echo|printf|yes)$/.test(baseName(words[speaker]!.text))) return;
  const said = words.at(-1)!;
  const to = next.map(({ text }) => text);
  const listener = programAt(next);
  const program = listener < 0 ? "" : baseName(to[listener]!);
  if (
    takesPassword.test(program) ||
    to.some((t) => /^--?(?:password-stdin|with-token|stdin|passphrase-fd|pinentry-mode|S)$/.test(t)) ||
    (to.includes("sudo") && to.includes("-S")) ||
    (to.includes("login") && to.at(-1) === "-")
  ) {
    yield* password(program, said);
  }
}

/** `kinit a <<< x`, `chpasswd <<< user:x`, and `passwd root <<EOF` with the next line. */
export function* fedSecrets(words: readonly Word[], next: readonly Word[] | undefined): Generator<SecretWord> {
  const sign = words.findIndex(({ text }) => text.startsWith("<<"));
  if (sign < 1) return;
  const program = baseName(words[Math.max(0, programAt(words))]!.text);
  if (!takesPassword.test(program) && !words.some(({ text }) => /^(?:-S|--stdin|login|signin|unlock)$/.test(text))) return;
  const attached = words[sign]!.text.replace(/^<<<?/, "");
  const isString = words[sign]!.text.startsWith("<<<");
  const line = next?.[0];
  if (!isString && line !== undefined && next!.length === 1) yield* password(program, line);
  if (isString && attached === "" && words[sign + 1] !== undefined) yield* password(program, words[sign + 1]!);
}

/** `--password-file <(echo x)`: a file made just for the reading program. */
export function* shownSecrets(words: readonly Word[]): Generator<SecretWord> {
  const at = words.findIndex(({ text }) => /<\((?:echo|printf)$/.test(text));
  const said = words[at + 1];
  if (at < 1 || said === undefined || words.length > at + 2) return;
  const option = words[at]!.text.startsWith("<") ? words[at - 1]!.text : words[at]!.text;
  if (!option.startsWith("-") || !/passw|pass\b|secret|token|credential/i.test(option)) return;
  const lines = said.text.replace(/(?:\\n)+$/, "");
  // The user name may be on the line before.
  const from = lines.lastIndexOf("\\n");
  if (!/[\s=:]/.test(lines)) yield part(option.replace(/=.*/, ""), said, from < 0 ? 0 : from + 2, lines.length);
}

/** Lines of a here-document for ftp: `user name x`, `quote PASS x`. */
export class Dialogue {
  /** The word that ends the current document. */
  #endWord: string | null = null;

  *secrets(words: readonly Word[]): Generator<SecretWord> {
    const text = words.map((word) => word.text);
    if (this.#endWord === null) this.#endWord = endWordOf(text);
    else if (text[0] === this.#endWord) this.#endWord = null;
    else {
      const at = /^(?:quote|literal)$/i.test(text[0] ?? "") ? 1 : 0;
      if (/^user$/i.test(text[at] ?? "") && words[at + 2] !== undefined) yield all("user", words[at + 2]!);
      if (/^pass$/i.test(text[at] ?? "") && words[at + 1] !== undefined) yield all("pass", words[at + 1]!);
    }
  }
}

function endWordOf(text: readonly string[]): string | null {
  const sign = text.findIndex((word) => word.startsWith("<<") && !word.startsWith("<<<"));
  if (sign < 0 || !text.slice(0, sign).some((word) => /^(?:t|p|l|nc)?ftps?$/.test(baseName(word)))) return null;
  const attached = text[sign]!.replace(/^<<-?/, "");
  return (attached === "" ? text[sign + 1] : attached) ?? null;
}

/** What is given to a program that asks for a password, or for both as `user:x`. */
function* password(program: string, said: Word): Generator<SecretWord> {
  const colon = program === "chpasswd" ? said.text.indexOf(":") : -1;
  if (program !== "chpasswd" || colon > 0) yield part(program, said, colon + 1, lineEnd(said.text));
}

/** The first line of `secret\nsecret\n`, as written for printf. */
function lineEnd(text: string): number {
  const at = text.indexOf("\\n");
  return at < 0 ? text.length : at;
}
