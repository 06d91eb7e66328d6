/** apt's lists and archives, deleted in the RUN that fetches them. */
import type { Instruction } from "../../dockerfile.ts";
import { operandsOf, programOf } from "../../shell.ts";
import type { ShellCommand } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import type { Fix } from "../fix.ts";

export function aptFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => aptFix(context, instruction));
}

function aptFix(context: FixContext, instruction: Instruction): readonly Fix[] {
  const commands = context.commands(instruction).filter((command) => isApt(command));
  // Only root can delete what the system's package manager left.
  if (commands.length === 0 || !context.isRoot(instruction)) return [];
  const lists = commands.some((command) => aptVerb(command) === "update") && !listsAreNeededLater(context, instruction);
  const roots = [
    ...(lists ? [{ rule: "apt-lists", path: "/var/lib/apt/lists/", command: "rm -rf /var/lib/apt/lists/*" }] : []),
    { rule: "apt-archives", path: "/var/cache/apt/", command: "apt-get clean" },
  ].flatMap((root) => {
    const isMounted = instruction.flags.some(({ name, value }) => name === "mount" && `${value ?? ""}/`.includes(root.path.slice(0, -1)));
    const bytes = [
      ...context.leftovers(instruction, ({ rule }) => rule === root.rule),
      ...context.waste(instruction, ({ cause, path }) => cause === "removed" && path.startsWith(root.path)),
    ];
    return isMounted || bytes.length === 0 || context.isMissed(root.path, instruction, false) ? [] : [{ ...root, bytes }];
  });
  if (roots.length === 0) return [];
  const command = roots
    .map((root) => root.command)
    .reverse()
    .join(" && ");
  const edit = context.append(instruction, command);
  const savedBytes = edit === null ? 0 : context.claims.take(roots.flatMap(({ bytes }) => bytes));
  if (edit === null || savedBytes === 0) return [];
  const { line } = instruction;
  return [
    {
      id: `apt-lists:${line}`,
      line,
      what: `apt's ${roots.map(({ rule }) => (rule === "apt-lists" ? "lists" : "archives")).join(" and ")} go in the RUN that fetches them`,
      kind: "bytes",
      savedBytes,
      edits: [edit],
      ignore: [],
      changes: roots.map(({ path }) => path),
      note: "",
    },
  ];
}

function isApt(command: ShellCommand): boolean {
  const program = programOf(command);
  return program === "apt-get" || program === "apt" || program === "aptitude";
}

const verbs = new Set(
  "update install reinstall build-dep upgrade dist-upgrade full-upgrade satisfy source download remove purge autoremove clean autoclean".split(
    " ",
  ),
);
/** These read the lists. */
const listVerbs = new Set("install reinstall build-dep upgrade dist-upgrade full-upgrade satisfy source download".split(" "));
const listPrograms = new Set(["apt-cache", "apt-file", "mk-build-deps", "rosdep", "gdebi"]);

/** The verb, such as `install` in `apt-get -o Acquire::Retries=3 install curl`. */
function aptVerb(command: ShellCommand): string | undefined {
  return operandsOf(command).find((word) => verbs.has(word));
}

/** Whether a later RUN, in this stage or one built on it, installs from lists that it does not fetch itself. */
function listsAreNeededLater(context: FixContext, instruction: Instruction): boolean {
  if (context.isBuiltUpon(instruction) || /\bapt(?:-get)?\b/.test(context.started)) return true;
  // Lists that are fetched but not used at once are meant for a later RUN, which may be a script.
  const uses = context.commands(instruction).some((command) => isApt(command) && aptVerb(command) !== "update");
  if (!uses && context.opaqueAfter(instruction).length > 0) return true;
  return context.after(instruction).some((later) => {
    if (later.keyword === "ONBUILD") return /\bapt/.test(later.arguments);
    return later.keyword === "RUN" && usesLists(context, later);
  });
}

function usesLists(context: FixContext, instruction: Instruction): boolean {
  const script = context.script(instruction);
  if (script === null) return /\bapt|\.sh\b|\bsh\b/.test(instruction.rawArguments);
  for (const command of script.commands) {
    if (isApt(command) && aptVerb(command) === "update") return false;
    if (listPrograms.has(programOf(command)) || runsScript(command) || (isApt(command) && listVerbs.has(aptVerb(command) ?? "")))
      return true;
  }
  return false;
}

/** Scripts that install no system packages. */
const buildScripts = /^(?:configure|config|autogen\.sh|gradlew|mvnw|manage\.py|artisan|waf)$/;

/** Whether the command is a script of the user's own, which may install anything. */
function runsScript(command: ShellCommand): boolean {
  const [first, ...more] = command.words.map(({ text }) => text);
  const program = programOf(command);
  if (/^(?:ba|da|a|z|k)?sh$/.test(program) || program === "source" || program === ".")
    return !more.includes("-c") || more.some((word) => /\bapt|\.sh\b/.test(word));
  return first !== undefined && first.includes("/") && !/^\/(?:usr\/)?(?:local\/)?s?bin\//.test(first) && !buildScripts.test(program);
}
