/** Keeps unwanted files of a copied context out, with `.dockerignore`: version control, the host's dependencies, secrets. */
import { groupBy } from "../../../../src/base/group-by.ts";
import type { Leftover, Waste } from "../../../analysis.ts";
import type { Instruction } from "../../dockerfile.ts";
import { operandsOf, programOf } from "../../shell.ts";
import { isPlainScript } from "../context/commands.ts";
import type { FixContext } from "../context/fix-context.ts";
import type { Fix } from "../fix.ts";

interface Unwanted {
  readonly pattern: string;
  /** What the image would no longer hold; empty for a secret, which is not about bytes. */
  readonly findings: readonly (Leftover | Waste)[];
  readonly path: string;
}

export function ignoreFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => ignoreFix(context, instruction));
}

function ignoreFix(context: FixContext, copy: Instruction): readonly Fix[] {
  const layer = context.layerOf(copy);
  if ((copy.keyword !== "COPY" && copy.keyword !== "ADD") || layer === null) return [];
  const target = context.targetOf(copy);
  const unwanted = [...versionControl(context, copy), ...overwritten(context, copy, layer), ...secrets(context, copy, layer)];
  const kept = unwanted.filter(({ pattern }) => !/^[#!]|[\\*?[\r\n]/.test(pattern) && !context.isNamedSource(pattern, copy));
  const patterns = [...new Set(kept.map(({ pattern }) => pattern))];
  if (patterns.length === 0) return [];
  const bytes = context.claims.take(kept.flatMap(({ findings }) => findings));
  const leaks = kept.some(({ findings }) => findings.length === 0);
  return [
    {
      id: `dockerignore:${copy.line}`,
      line: copy.line,
      what: `.dockerignore keeps out what ${copy.keyword} should not bring: ${patterns.join(", ")}`,
      kind: bytes === 0 ? "secret" : "bytes",
      savedBytes: bytes,
      edits: [],
      ignore: patterns,
      // The ignore file is part of the context, and is copied with it.
      changes: [...kept.map(({ path }) => path), `${target === "/" ? "" : target}/.dockerignore`],
      note: leaks
        ? "whoever has pulled the image has the secret: replace it with a new one; what the program needs of it, give to the container when it starts"
        : "",
    },
  ];
}

function versionControl(context: FixContext, copy: Instruction): readonly Unwanted[] {
  if (usesVersionControl(context)) return [];
  const found = context.leftovers(copy, ({ category }) => category === "vcs");
  return found.flatMap((leftover) => {
    const directories = [...new Set(leftover.paths.flatMap((path) => /^(.*\/\.(?:git|hg|svn|bzr))(?:\/|$)/.exec(path)?.[1] ?? []))];
    return directories.flatMap((path, at) => unwantedAt(context, copy, `${path}/`, at === 0 ? [leftover] : []));
  });
}

/** Not only git uses .git to work out versions: so do setuptools-scm when the project itself is installed, and hooks that npm sets up. */
function usesVersionControl(context: FixContext): boolean {
  return context.everywhere.some((instruction) => {
    if (/(?:^|[\s/"'=])\.git(?:[/\s"']|$)/.test(instruction.rawArguments)) return true;
    if (
      /\bgit(?:\s+-\S+)*\s+(?!clone\b|config\b|init\b|lfs\b|&|\\)[a-z-]{2,}/.test(
        instruction.keyword === "RUN" ? withoutInstalls(instruction.rawArguments) : "",
      )
    )
      return true;
    return context.commands(instruction).some((command) => {
      const program = programOf(command);
      const words = operandsOf(command);
      if (/^(?:pip[\d.]*|uv)$/.test(program)) return words.some((word) => /^\.{1,2}(?:\/|\[|$)/.test(word));
      if (/^python[\d.]*$/.test(program)) return words.some((word) => /^setup\.py$|^build$|^\.(?:\[|$)/.test(word));
      return (
        /^(?:npm|yarn|pnpm)$/.test(program) && [...context.analysis.texts.values()].some((text) => /\b(?:husky|lefthook|git)\b/.test(text))
      );
    });
  });
}

/** `apt-get install git curl` does not run git. */
function withoutInstalls(text: string): string {
  return text.replaceAll(/\b(?:install|add|in|-S\w*)\b[^;&|]*/g, "");
}

const made = /^(.*?\/(?:node_modules|__pycache__|\.venv|vendor|target|dist))\//;

/** Directories copied from the host and then made again by a RUN, so that the whole copy is waste. */
function overwritten(context: FixContext, copy: Instruction, layer: number): readonly Unwanted[] {
  const rows = groupBy(
    context.waste(copy, ({ path }) => made.test(path)),
    ({ path }) => made.exec(path)![1]!,
  );
  return [...rows].flatMap(([path, found]) => {
    const bytes = found.reduce((sum, row) => sum + row.bytes, 0);
    // If any file of the copy is still visible, removing it would be noticed.
    if (bytes < smallest || context.paths.holdsLayer(path, layer) || !isMadeAgain(context, copy, path, found)) return [];
    return unwantedAt(context, copy, `${path}/`, found);
  });
}

/** Whether nothing uses the directory between the COPY and the RUN that makes it again. */
function isMadeAgain(context: FixContext, copy: Instruction, path: string, rows: readonly Waste[]): boolean {
  const after = context.after(copy);
  const first = after.findIndex((instruction) => rows.some(({ supersededBy }) => supersededBy === context.layerOf(instruction)));
  const again = after[first];
  if (again?.keyword !== "RUN") return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return after
    .slice(0, first)
    .every(
      (instruction) =>
        instruction.keyword !== "RUN" ||
        (context.isPlain(instruction) && !instruction.rawArguments.includes(name) && !context.namesAbove(instruction, path)),
    );
}

/** Less is not worth a line. */
const smallest = 4096;

function secrets(context: FixContext, copy: Instruction, layer: number): readonly Unwanted[] {
  const paths = (context.analysis.secrets ?? []).flatMap(({ severity, locations }) =>
    severity === "low" || severity === "info"
      ? []
      : locations.flatMap((at) => (at.layer === layer && at.path !== undefined && isSecretName(at.path) ? [at.path] : [])),
  );
  // Builds and frameworks read .env without being told to.
  const builds = context.after(copy).some((instruction) => instruction.keyword === "RUN" && !onlyInstalls(context, instruction));
  return [...new Set(paths)]
    .filter((path) => !isUsed(context, copy, path) && !(builds && /\/\.env[^/]*$/.test(path)))
    .flatMap((path) => unwantedAt(context, copy, path, []));
}

/** Whether anything that runs, during the build or in the container, mentions the file; package managers read theirs without mention. */
function isUsed(context: FixContext, copy: Instruction, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const reader = { ".npmrc": /\b(?:npm|npx|yarn|pnpm)\b/, ".pypirc": /\b(?:twine|pip)\b/, ".netrc": /\b(?:curl|git|go|pip)\b/ }[name];
  const texts = [
    ...context.everywhere.filter((other) => other !== copy && !isRemoval(context, other)).map(({ rawArguments }) => rawArguments),
    context.started,
  ];
  return texts.some((text) => text.includes(name) || reader?.test(text) === true);
}

const installs =
  /^(?:npm (?:ci|i|install)|yarn(?: install)?|pnpm (?:i|install|fetch)|pip3? install|bundle install|gem install|go mod download|cargo fetch)$/;

/** True for a RUN that only installs dependencies, or whose commands are known. */
function onlyInstalls(context: FixContext, instruction: Instruction): boolean {
  const script = context.script(instruction);
  return (
    script !== null &&
    script.commands.every((command) => {
      const words = [programOf(command), ...operandsOf(command).slice(0, programOf(command) === "go" ? 2 : 1)].join(" ");
      return installs.test(words) || isPlainScript({ ...script, commands: [command] });
    })
  );
}

function isRemoval(context: FixContext, instruction: Instruction): boolean {
  const commands = context.commands(instruction);
  return commands.length > 0 && commands.every((command) => programOf(command) === "rm");
}

/** Files that are secrets by their kind. A program's source that contains one is not left out, because the build needs it. */
function isSecretName(path: string): boolean {
  return /(?:^|\/)(?:\.env(?:\.[\w-]+)?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|credentials|\.htpasswd)$/.test(
    path,
  );
}

function unwantedAt(context: FixContext, copy: Instruction, path: string, findings: Unwanted["findings"]): readonly Unwanted[] {
  const pattern = context.contextPathOf(copy, path)?.replace(/\/$/, "");
  return pattern === undefined ? [] : [{ pattern, findings, path }];
}
