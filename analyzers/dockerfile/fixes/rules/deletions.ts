/** Deletes files in the RUN that made them, so that no layer stores them: files deleted by a later RUN, and downloads deleted by none. */
import type { Instruction } from "../../dockerfile.ts";
import { programOf } from "../../shell.ts";
import type { ShellCommand } from "../../shell.ts";
import { namesPath } from "../context/commands.ts";
import type { FixContext } from "../context/fix-context.ts";
import { removeInstruction } from "../edits.ts";
import type { Edit, Fix } from "../fix.ts";

export function deletionFixes(context: FixContext): readonly Fix[] {
  return [...context.instructions.flatMap((instruction) => movedDeletion(context, instruction)), ...downloadFixes(context)];
}

/**
 * Moves a RUN that consists of `rm` into the earlier RUN of the same stage that made what it deletes. Not done if an instruction between
 * them mentions it, runs as another user, or is built upon.
 */
function movedDeletion(context: FixContext, deleting: Instruction): readonly Fix[] {
  const commands = context.commands(deleting);
  if (deleting.heredocs.length > 0 || deleting.flags.length > 0 || commands.length === 0 || !commands.every(isPlainRemoval)) return [];
  const layer = context.layerOf(deleting);
  if (layer === null || context.isBuiltUpon(deleting) || !context.isRoot(deleting)) return [];
  const targets = commands.flatMap(({ words }) =>
    words
      .slice(1)
      .map(({ text }) => text)
      .filter((word) => !word.startsWith("-")),
  );
  const rows = context.analysis.waste.filter(({ cause, supersededBy }) => cause === "removed" && supersededBy === layer);
  const makers = new Set(rows.map((row) => row.layer));
  const [maker, ...others] = makers;
  const making = context.instructions.find((instruction) => context.layerOf(instruction) === maker);
  if (making === undefined || others.length > 0 || making.keyword !== "RUN" || making.stage !== deleting.stage) return [];
  if (!context.isRoot(making) || making.flags.length > 0) return [];
  // A command between them may use a target without naming it; that cannot be seen here.
  if (context.between(making, deleting).some((instruction) => targets.some((target) => context.mayTouch(instruction, target)))) return [];
  // After `set -f` patterns are literal.
  if (targets.some((target) => /[*?[]/.test(target)) && context.commands(making).some(({ words }) => /^set -\w*f/.test(textOf(words))))
    return [];
  const text = context.dockerfile.text.slice(commands[0]!.start, commands.at(-1)!.end);
  // The command is moved as written; one that spans lines would need different indentation.
  if (text.includes("\n")) return [];
  const append = context.append(making, text);
  if (append === null) return [];
  const savedBytes = context.claims.take(context.waste(making, (waste) => rows.includes(waste)));
  if (savedBytes === 0) return [];
  return [
    {
      id: `late-delete:${deleting.line}`,
      line: deleting.line,
      what: `\`${text}\` moves into the RUN on line ${making.line}, which makes what it deletes`,
      kind: "bytes",
      savedBytes,
      edits: [append, removeInstruction(context.dockerfile, deleting)],
      ignore: [],
      changes: targets.map((target) => target.replace(/[*?[].*$/, "")),
      note: "",
    },
  ];
}

function textOf(words: ShellCommand["words"]): string {
  return words.map(({ text }) => text).join(" ");
}

/** `rm` of absolute paths, joined by `&&`: after a `;` an earlier failure would be lost. */
function isPlainRemoval(command: ShellCommand): boolean {
  const words = command.words.slice(1).map(({ text }) => text);
  return (
    programOf(command) === "rm" &&
    (command.operator === "&&" || command.operator === "") &&
    words.every((word) => /^-|^\/[^$`]*$/.test(word))
  );
}

/** Archives that curl or wget saved, and that are not deleted after unpacking. */
function downloadFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => {
    const commands = context.commands(instruction);
    const layer = context.layerOf(instruction);
    const files = commands.flatMap((command) => downloadOf(command) ?? []).filter((file) => isUnpackedAndForgotten(file, commands));
    if (files.length === 0 || layer === null || !context.isRoot(instruction) || context.isBuiltUpon(instruction)) return [];
    const others = context.everywhere.filter((other) => other !== instruction);
    if (files.some((file) => others.some((other) => usesDownload(context, other, file)) || context.isCopiedFrom(file))) return [];
    const sizes = files.map((file) => ({ file, bytes: context.paths.liveBytes(file, layer) })).filter(({ bytes }) => bytes > 0);
    if (sizes.length === 0) return [];
    const edit: Edit | null = context.append(instruction, `rm -f ${sizes.map(({ file }) => file).join(" ")}`);
    if (edit === null) return [];
    return [
      {
        id: `download:${instruction.line}`,
        line: instruction.line,
        what: `the download is deleted once it is unpacked: ${sizes.map(({ file }) => file).join(", ")}`,
        kind: "bytes" as const,
        savedBytes: context.claims.takeFiles(sizes),
        edits: [edit],
        ignore: [],
        changes: sizes.map(({ file }) => file),
        note: "",
      },
    ];
  });
}

/** A pattern or a directory counts as a use if all programs of the RUN are known; other commands count only if they name the file. */
function usesDownload(context: FixContext, other: Instruction, file: string): boolean {
  if (namesPath(other.rawArguments, file)) return true;
  return other.keyword === "RUN" && context.isPlain(other) && /[*?]/.test(other.rawArguments) && context.mayTouch(other, file);
}

const outputOptions: ReadonlyMap<string | undefined, { readonly short: string; readonly long: string }> = new Map([
  ["curl", { short: "-o", long: "--output" }],
  ["wget", { short: "-O", long: "--output-document" }],
]);

/** The absolute path of the file that a download is saved to. */
function downloadOf(command: ShellCommand): string | null {
  const options = outputOptions.get(programOf(command));
  if (options === undefined) return null;
  const words = command.words.map(({ text }) => text);
  for (const [at, word] of words.entries()) {
    for (const name of Object.values(options)) {
      if (word === name) return absolute(words[at + 1]);
      if (name.startsWith("--") && word.startsWith(`${name}=`)) return absolute(word.slice(name.length + 1));
    }
    // `curl -fsSLo FILE`
    if (/^-[A-Za-z]+$/.test(word) && word.endsWith(options.short.slice(1))) return absolute(words[at + 1]);
  }
  return null;
}

function absolute(path: string | undefined): string | null {
  return path !== undefined && /^\/[\w./@+-]+$/.test(path) && !path.includes("/../") ? path : null;
}

/** True if it is read only by tar, unzip, dpkg and the like, none of which would run it. */
function isUnpackedAndForgotten(file: string, commands: readonly ShellCommand[]): boolean {
  const unpackers = /^(?:tar|bsdtar|unzip|dpkg|rpm|7z|gunzip|unxz|apt|apt-get|yum|dnf)$/;
  const uses = commands.filter((command) => command.words.some(({ text }) => text === file) && downloadOf(command) !== file);
  return uses.length > 0 && uses.every((command) => unpackers.test(programOf(command)) || /^sha\d+sum$/.test(programOf(command)));
}
