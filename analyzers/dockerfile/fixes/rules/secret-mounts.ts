/** A secret in a build argument stays in the history of every later RUN. Mounted for the RUN that needs it, it is stored nowhere. */
import type { Instruction } from "../../dockerfile.ts";
import { assignments } from "../../variables.ts";
import type { FixContext } from "../context/fix-context.ts";
import { insertFlag, removeInstruction } from "../edits.ts";
import type { Advice, Edit, Fix } from "../fix.ts";

export function secretMountFixes(context: FixContext): readonly Fix[] {
  return leakedNames(context, "ARG").flatMap(({ instruction, name }) => mountFix(context, instruction, name));
}

/** A secret in ENV is read at run time by programs not visible here, so this is only advice. */
export function secretAdvice(context: FixContext): readonly Advice[] {
  return leakedNames(context, "ENV").map(({ instruction, name }) => ({
    id: `env-secret:${instruction.line}`,
    line: instruction.line,
    what: `${name} is a secret in ENV: take it out, and give it to the container when it starts`,
    savedBytes: 0,
    sketch: `docker run --env ${name} IMAGE   # or: --env-file, a mounted file, the orchestrator's secrets`,
  }));
}

interface Leak {
  readonly instruction: Instruction;
  readonly name: string;
}

/** ARG or ENV instructions that set a name found to hold a secret, in the config or the history. */
function leakedNames(context: FixContext, keyword: "ARG" | "ENV"): readonly Leak[] {
  const keys = new Set(
    (context.analysis.secrets ?? []).flatMap(({ severity, locations }) =>
      severity === "low" || severity === "info"
        ? []
        : locations.flatMap(({ path, key }) => (path === undefined && key !== undefined ? [key] : [])),
    ),
  );
  return context.instructions
    .filter((instruction) => instruction.keyword === keyword)
    .flatMap((instruction) =>
      assignments(instruction.arguments, context.dockerfile.escape).flatMap(({ name }) => (keys.has(name) ? [{ instruction, name }] : [])),
    );
}

function mountFix(context: FixContext, declaration: Instruction, name: string): readonly Fix[] {
  // If the line has several, the rest would have to be rewritten.
  if (!context.buildKit || !/^[A-Za-z_]\w*$/.test(name) || assignments(declaration.arguments, context.dockerfile.escape).length !== 1)
    return [];
  // Many programs read these without being told to.
  if (/^(?:https?|ftp|no|all)_proxy$/i.test(name)) return [];
  const id = name.toLowerCase().replaceAll("_", "-");
  const after = context
    .after(declaration)
    .filter((instruction) => instruction.stage === declaration.stage && (isUse(instruction, name) || isHidden(context, instruction)));
  const uses = after.filter((instruction) => isUse(instruction, name));
  if (!after.every((instruction) => instruction.keyword === "RUN" && context.script(instruction) !== null)) return [];
  if (after.length === 0 || after.some(({ heredocs }) => heredocs.length > 0)) return [];
  // An export before a background command is not seen by the commands after it.
  if (after.some((instruction) => context.commands(instruction).some(({ operator }) => operator === "&"))) return [];
  const edits: Edit[] = [removeInstruction(context.dockerfile, declaration)];
  for (const instruction of after) {
    const mode = context.isRoot(instruction) ? "" : ",mode=0444";
    edits.push(insertFlag(instruction, `--mount=type=secret,id=${id},required=true${mode}`));
    const at = instruction.argumentsStart;
    edits.push({ start: at, end: at, text: `export ${name}="$(cat /run/secrets/${id})" && ` });
  }
  return [
    {
      id: `secret-argument:${declaration.line}`,
      line: declaration.line,
      what: `${name} is mounted as a secret for the RUN on ${(uses.length > 0 ? uses : after).map(({ line }) => `line ${line}`).join(", ")}, instead of standing in the image's history`,
      kind: "secret",
      savedBytes: 0,
      edits,
      ignore: [],
      changes: [],
      secret: { id, name },
      note: `pass it with \`docker build --secret id=${id},env=${name} …\` instead of --build-arg; whoever has pulled the image has the secret: replace it with a new one`,
    },
  ];
}

/** A program that may read the variable without the Dockerfile mentioning it, as npm does through .npmrc. */
function isHidden(context: FixContext, instruction: Instruction): boolean {
  return instruction.keyword === "RUN" && !context.isPlain(instruction);
}

function isUse({ rawArguments }: Instruction, name: string): boolean {
  return /^\w+$/.test(name) && new RegExp(`\\$(?:${name}\\b|\\{${name}\\b)`).test(rawArguments);
}
