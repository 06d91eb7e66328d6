/** A RUN that only changes owner or mode of copied files stores them a second time. COPY can set both itself. */
import type { Instruction } from "../../dockerfile.ts";
import { programOf } from "../../shell.ts";
import type { ShellCommand, ShellWord } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import { insertFlag, removeInstruction } from "../edits.ts";
import type { Fix } from "../fix.ts";

export function ownershipFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => ownershipFix(context, instruction));
}

function ownershipFix(context: FixContext, changing: Instruction): readonly Fix[] {
  const [command, ...more] = context.commands(changing);
  const layer = context.layerOf(changing);
  if (command === undefined || more.length > 0 || layer === null || changing.flags.length > 0 || context.isBuiltUpon(changing)) return [];
  if (changing.heredocs.length > 0 || !context.isRoot(changing)) return [];
  const change = changeAsked(command);
  if (change === null) return [];
  const { program, value, targets, recursive } = change;
  const copies = context.instructions.filter((instruction) => isCopyInto(context, instruction, changing, targets));
  if (copies.length === 0 || copies.some((copy) => copy.flags.some(({ name }) => name === program))) return [];
  const rows = context.analysis.waste.filter(({ cause, supersededBy }) => cause === "metadata" && supersededBy === layer);
  const layers = new Set(copies.map((copy) => context.layerOf(copy)));
  // Anything else it touched would keep its old owner, so the RUN has to stay.
  if (rows.length === 0 || rows.some((row) => !layers.has(row.layer))) return [];
  // Without BuildKit there is no --chmod.
  if (program === "chmod" && !context.buildKit) return [];
  if (program === "chown" && nameIsMadeBetween(context, copies[0]!, changing, value)) return [];
  // COPY --link makes its layer without access to the image's users, so names cannot be resolved.
  if (!/^[\d:]+$/.test(value) && copies.some((copy) => copy.flags.some(({ name }) => name === "link"))) return [];
  // Some programs depend on who owns their files: git refuses, npm becomes that user.
  if (context.between(copies[0]!, changing).some((other) => minds(context, other))) return [];
  const others = context.paths.changedBy(layer).filter((path) => !layers.has(context.paths.layerBefore(path, layer)));
  // A directory made by WORKDIR costs no bytes. The RUN keeps setting its owner: without -R it touches nothing else.
  const keeps = others.length > 0;
  if (keeps && !(others.every((path) => targets.some((target) => context.absolute(target, changing) === path)) && recursive !== undefined))
    return [];
  const { text } = context.dockerfile;
  if (keeps && text[recursive!.end] !== " ") return [];
  const savedBytes = copies.reduce((sum, copy) => sum + context.claims.take(context.waste(copy, (waste) => rows.includes(waste))), 0);
  if (savedBytes === 0) return [];
  // chown leaves the group unchanged, but COPY --chown would set it to the user's number.
  const flag = `--${program}=${program === "chown" && !value.includes(":") ? `${value}:0` : value}`;
  const rest = keeps ? { start: recursive!.start, end: recursive!.end + 1, text: "" } : removeInstruction(context.dockerfile, changing);
  return [
    {
      id: `late-${program}:${changing.line}`,
      line: changing.line,
      what: `COPY sets it itself: \`${flag}\` on ${copies.map(({ line }) => `line ${line}`).join(", ")} instead of a RUN that stores everything again`,
      kind: "bytes",
      savedBytes,
      edits: [...copies.map((copy) => insertFlag(copy, flag)), rest],
      ignore: [],
      changes: targets.map((target) => `${context.absolute(target, changing)}/`),
      note: "",
    },
  ];
}

interface Change {
  readonly program: "chown" | "chmod";
  /** An owner, or a mode in octal digits. */
  readonly value: string;
  readonly targets: readonly string[];
  /** The option that makes it recurse. */
  readonly recursive: ShellWord | undefined;
}

/** What a chown or chmod does; null for other commands, and where COPY could not do the same. */
function changeAsked(command: ShellCommand): Change | null {
  const program = programOf(command);
  if (program !== "chown" && program !== "chmod") return null;
  const words = command.words.slice(1).map(({ text }) => text);
  const [value, ...targets] = words.filter((word) => !word.startsWith("-"));
  const options = words.filter((word) => word.startsWith("-"));
  if (value === undefined || targets.length === 0 || !options.every((option) => /^-[Rvf]+$|^--recursive$/.test(option))) return null;
  // COPY accepts only octal modes, and no owner computed at run time.
  const isKnown = program === "chmod" ? /^[0-7]{3,4}$/.test(value) : /^[\w-]+(?::[\w.-]+)?$/.test(value);
  const recursive = command.words.find(({ text }) => text === "-R" || text === "--recursive");
  return isKnown ? { program, value, targets, recursive } : null;
}

function minds(context: FixContext, instruction: Instruction): boolean {
  const { keyword } = instruction;
  return keyword === "USER" || keyword === "SHELL" || (keyword === "RUN" && !context.isPlain(instruction));
}

/** A COPY of the same stage, before the change, whose target lies in one of the changed paths. */
function isCopyInto(context: FixContext, copy: Instruction, changing: Instruction, targets: readonly string[]): boolean {
  if (copy.keyword !== "COPY" || copy.stage !== changing.stage || copy.start > changing.start) return false;
  const to = context.targetOf(copy);
  return to !== null && targets.some((target) => `${to}/`.startsWith(`${context.absolute(target, changing)}/`));
}

/** Whether the user is created only after the COPY, which then cannot name it. */
function nameIsMadeBetween(context: FixContext, copy: Instruction, changing: Instruction, owner: string): boolean {
  const names = owner.split(":").filter((name) => name !== "" && !/^\d+$/.test(name));
  const between = context.between(copy, changing);
  return names.some((name) => between.some(({ keyword, rawArguments }) => keyword === "RUN" && rawArguments.includes(name)));
}
