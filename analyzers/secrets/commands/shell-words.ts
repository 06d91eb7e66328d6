/** Splits shell text into simple commands and their words, in one pass. Nothing is expanded: `$X` stays as written. */

export interface Word {
  /** Without the quotes around it or around its parts. */
  readonly text: string;
  /** Offset of the word's first character in the text, after the opening quote if quotes enclose the whole word. */
  readonly start: number;
  /** A quote encloses the whole word. */
  readonly isQuoted: boolean;
}

export interface SimpleCommand {
  readonly words: readonly Word[];
  /** True if its output is piped into the next one. */
  readonly isPiped: boolean;
}

/** How many words of a command are kept; nobody writes longer commands. */
const mostWords = 2000;

/** The simple commands of a text, split at `;`, `&`, `|`, line ends and parentheses. */
export function splitCommands(text: string): SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  let words: Word[] = [];
  const end = (isPiped: boolean): void => {
    if (words.length > 0) commands.push({ words, isPiped });
    // `(echo x; echo y) | z`: the last command's output stands for the whole group's.
    else if (isPiped && commands.length > 0) commands.push({ ...commands.pop()!, isPiped });
    words = [];
  };
  for (let at = 0; at < text.length;) {
    const ch = text[at]!;
    if (ch === " " || ch === "\t" || ch === "\r") at += 1;
    else if (ch === "\\" && (text[at + 1] === "\n" || text.startsWith("\\\r\n", at))) at += text[at + 1] === "\n" ? 2 : 3;
    else if (ch === "\n" || ch === ";" || ch === "(" || ch === ")" || ch === "{" || ch === "}") {
      end(false);
      at += 1;
    } else if (ch === "&" || ch === "|") {
      const isDouble = text[at + 1] === ch;
      end(ch === "|" && !isDouble);
      at += isDouble ? 2 : 1;
    } else {
      const word = readWord(text, at);
      if (words.length < mostWords) words.push(word.word);
      at = word.end;
    }
  }
  end(false);
  return commands;
}

function readWord(text: string, from: number): { word: Word; end: number } {
  let at = from;
  let out = "";
  let firstQuote = -1;
  let plain = false;
  while (at < text.length) {
    const ch = text[at]!;
    if (ch === '"' || ch === "'") {
      const close = closingQuote(text, at + 1, ch);
      if (firstQuote < 0 && !plain) firstQuote = at;
      out += text.slice(at + 1, close);
      at = Math.min(text.length, close + 1);
      continue;
    }
    if (" \t\r\n;&|".includes(ch) || ((ch === "(" || ch === ")") && out === "" && at === from)) break;
    // The content of `$(…)` is a command of its own.
    if ((ch === "(" && text[at - 1] === "$") || (ch === ")" && !out.includes("("))) break;
    if (ch === "\\" && at + 1 < text.length) {
      if (text[at + 1] === "\n") break;
      out += text.slice(at, at + 2);
      at += 2;
      plain = true;
      continue;
    }
    plain = true;
    out += ch;
    at += 1;
  }
  const isQuoted = firstQuote === from && !plain;
  return { word: { text: out, start: isQuoted ? from + 1 : from, isQuoted }, end: Math.max(at, from + 1) };
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\" && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

/** Words before a command that are not the program itself. */
const wrappers = new Set(
  "sudo doas env exec time nohup nice ionice command builtin then do else if while until ! timeout gosu su-exec setpriv stdbuf xargs RUN CMD CMD-SHELL ENTRYPOINT watch retry dumb-init tini".split(
    " ",
  ),
);

/** The index of the program's name, after variables, `sudo` and `/bin/sh -c`; -1 if there is none. */
export function programAt(words: readonly Word[]): number {
  for (let at = 0; at < words.length; at += 1) {
    const { text } = words[at]!;
    if (/^(?:sh|bash|ash|dash|zsh|ksh|cmd|powershell|pwsh)$/.test(baseName(text))) {
      while (at + 1 < words.length && /^[-/]\w+$/.test(words[at + 1]!.text)) at += 1;
    } else if (!wrappers.has(text) && !/^\w+=|^--(?:mount|network|security)=|^\|\d+$/.test(text)) return at;
  }
  return -1;
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/\.exe$/i, "");
}
