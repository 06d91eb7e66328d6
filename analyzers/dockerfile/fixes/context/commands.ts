/** What is known about the programs that a RUN calls. */
import { posix } from "node:path";

import { programOf } from "../../shell.ts";
import type { ShellCommand, ShellScript } from "../../shell.ts";

/** These use only the paths named in their words. */
const namingPrograms = new Set(
  (
    "echo printf mkdir rm rmdir ln chmod chown chgrp cp mv touch cat sed grep head tail sort tr cut tee adduser addgroup useradd groupadd usermod " +
    "true : set export unset test [ sleep date id whoami ls sha256sum sha512sum md5sum tar unzip uname"
  ).split(" "),
);

/** These also use places of their own (lists of packages, certificates, keys), but nothing that the tools of a language store. */
const systemPrograms = new Set(
  (
    "awk xargs find cd mktemp env apt-get apt apt-key apt-mark aptitude apk dnf yum microdnf zypper dpkg rpm update-ca-certificates ldconfig locale-gen " +
    "localedef dpkg-reconfigure curl wget gpg"
  ).split(" "),
);

/** True for a script whose commands are all known: none of them runs something not visible here, or reads a tool's cache. */
export function isPlainScript({ commands }: ShellScript): boolean {
  return commands.every((command) => {
    const program = programOf(command);
    // These run their words as a command.
    const runs = (program === "xargs" || program === "find" || program === "env") && runsOther(command);
    return command.words.length === 0 || ((namingPrograms.has(program) || systemPrograms.has(program)) && !runs);
  });
}

function runsOther(command: ShellCommand): boolean {
  const words = command.words.slice(1).map(({ text }) => text);
  if (programOf(command) === "find") return words.some((word, at) => /^-(?:exec|ok)(?:dir)?$/.test(word) && !isHarmless(words[at + 1]));
  const run = words.find((word) => !word.startsWith("-") && !word.includes("=") && !/^\d+$/.test(word));
  return run !== undefined && !isHarmless(run);
}

function isHarmless(program: string | undefined): boolean {
  return program !== undefined && namingPrograms.has(program.slice(program.lastIndexOf("/") + 1));
}

/**
 * Whether a script may use a path, something in it, or a directory above it. True whenever in doubt: for an unknown program, a variable, a
 * substitution, a change of directory.
 * @param directory where the script starts
 */
export function mayTouch(script: ShellScript, text: string, path: string, directory: string): boolean {
  const { commands } = script;
  if (commands.some((command) => command.words.length > 0 && !namingPrograms.has(programOf(command)))) return true;
  if (/[$`]/.test(text) || namesPath(text, path)) return true;
  return namesAbove(script, path, directory);
}

/** Whether a command fails if a path is gone: it names the path, and is not a deletion that tolerates that. */
export function insistsOn({ commands }: ShellScript, root: string): boolean {
  const end = lastNames(root);
  return commands.some((command) => command.words.some(({ text }) => text.includes(end)) && !isTolerant(command));
}

/** The part of a path that is the same in `~/.cache/pip` and `$HOME/.cache/pip`. */
export function lastNames(path: string): string {
  return fixedPart(path).split("/").slice(-2).join("/");
}

function isTolerant(command: ShellCommand): boolean {
  const words = command.words.slice(1).map(({ text }) => text);
  const program = programOf(command);
  if (program === "rm") return words.some((word) => word === "--force" || /^-[a-zA-Z]*f/.test(word));
  return program === "mkdir" ? words.some((word) => /^-\w*p/.test(word)) : program === "find" && words.includes("-delete");
}

/**
 * Whether a script removes a directory or one above it. If a cache is mounted there, it is busy, and the command fails.
 * @param expand replaces the known variables in a word
 */
export function takesAway({ commands }: ShellScript, root: string, directory: string, expand: (word: string) => string): boolean {
  return commands.some((command) => {
    if (!/^(?:rm|rmdir|mv|find)$/.test(programOf(command))) return clearsCache(command);
    return command.words.slice(1).some(({ text }) => {
      const word = expand(text);
      if (word.startsWith("-") || word === "") return false;
      const named = posix.resolve(directory, fixedPart(word) || (word.startsWith("/") ? "/" : "."));
      // `/root/.npm/*` leaves `/root/.npm` itself in place; `/root/*` does not.
      return `${root}/`.startsWith(`${named}/`.replace("//", "/")) && (named !== root || !/[*?[{]/.test(word));
    });
  });
}

/** `uv cache clean` and `go clean -modcache` delete the directory itself. */
function clearsCache({ words }: ShellCommand): boolean {
  const text = words.map((word) => word.text).join(" ");
  return /\bcache (?:clean|clear|purge|prune|rm|remove)\b|\bclear-?cache\b|\bclean .*-(?:mod)?cache\b/.test(text);
}

/** Whether a word of the script is a directory above the path: `cp -r /opt /backup` uses /opt/sdk. */
export function namesAbove({ commands }: ShellScript, path: string, directory: string): boolean {
  return commands.some(
    (command) => programOf(command) === "cd" || command.words.slice(1).some((word) => isAbove(word.text, path, directory)),
  );
}

/** Whether a text mentions a path or something in it. */
export function namesPath(text: string, path: string): boolean {
  const root = fixedPart(path);
  return root === "" || text.includes(root) || text.includes(root.slice(root.lastIndexOf("/") + 1));
}

function isAbove(word: string, path: string, directory: string): boolean {
  // An option may contain a path: `--directory=/opt`, `-C/opt`.
  const named = word.startsWith("-") ? (/[=A-Za-z](\/.*|\.\.?(?:\/.*)?)$/.exec(word)?.[1] ?? null) : word;
  if (named === null) return false;
  const fixed = named.startsWith("/") ? posix.normalize(fixedPart(named) || "/") : posix.resolve(directory, fixedPart(named));
  return `${fixedPart(path)}/`.startsWith(fixed === "/" ? "/" : `${fixed}/`) && (fixed !== "/" || /^[./*]/.test(named));
}

/** A path up to its first pattern, without trailing slashes. */
export function fixedPart(path: string): string {
  return path.replace(/[^/]*[*?[{].*$/, "").replace(/\/+$/, "");
}
