/** Dependencies installed after all sources are copied are reinstalled whenever a source changes, so the manifests are copied first. */
import type { Instruction } from "../../dockerfile.ts";
import { operandsOf, programOf } from "../../shell.ts";
import type { ShellCommand } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import type { Fix } from "../fix.ts";

interface Installer {
  readonly fits: (command: ShellCommand) => boolean;
  /** Files that the installation reads; at least the first must exist. */
  readonly manifests: readonly string[];
  /** Where it installs to, next to the sources: an existing directory of that name must not be copied over it. */
  readonly into?: string;
}

const is =
  (program: RegExp, ...verbs: readonly string[]) =>
  (command: ShellCommand): boolean =>
    program.test(programOf(command)) && verbs.includes(operandsOf(command).join(" "));

const optimizes = /^(?:-[a-zA-Z]*[oa][a-zA-Z]*|--optimize-autoloader|--classmap-authoritative|--apcu-autoloader)$/;

const installers: readonly Installer[] = [
  { fits: is(/^npm$/, "ci", "install"), manifests: ["package.json", "package-lock.json", "npm-shrinkwrap.json"], into: "node_modules" },
  { fits: is(/^yarn$/, "", "install"), manifests: ["package.json", "yarn.lock"], into: "node_modules" },
  { fits: is(/^pnpm$/, "install"), manifests: ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"], into: "node_modules" },
  { fits: is(/^pip3?$/, "install requirements.txt"), manifests: ["requirements.txt"] },
  { fits: is(/^go$/, "mod download"), manifests: ["go.mod", "go.sum"] },
  { fits: is(/^bundle$/, "install"), manifests: ["Gemfile", "Gemfile.lock"] },
  // Excluded if it would scan sources that are not copied yet.
  {
    fits: (command) => is(/^composer$/, "install")(command) && !command.words.some(({ text }) => optimizes.test(text)),
    manifests: ["composer.json", "composer.lock"],
    into: "vendor",
  },
];

export function manifestsFirstFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction, at) => {
    const next = context.instructions[at + 1];
    return next === undefined ? [] : manifestsFirst(context, instruction, next);
  });
}

/** `COPY . TARGET` directly followed by a RUN that only installs. */
function manifestsFirst(context: FixContext, copy: Instruction, install: Instruction): readonly Fix[] {
  const commands = context.commands(install);
  if (copy.keyword !== "COPY" || copy.flags.some(({ name }) => name === "from") || !context.copiesWholeContext(copy)) return [];
  if (install.keyword !== "RUN" || install.stage !== copy.stage || commands.length !== 1 || install.heredocs.length > 0) return [];
  const installer = installers.find(({ fits }) => fits(commands[0]!));
  const target = context.targetOf(copy);
  if (installer === undefined || target === null) return [];
  const present = installer.manifests.filter((manifest) => context.paths.isFile(`${target === "/" ? "" : target}/${manifest}`));
  if (!present.includes(installer.manifests[0]!)) return [];
  if (!readsManifestsAlone(context, target, present)) return [];
  // If the installation writes the lock file, the later COPY would restore the one of the context.
  const layer = context.layerOf(copy);
  if (present.some((manifest) => context.paths.layerNow(`${target === "/" ? "" : target}/${manifest}`) !== layer)) return [];
  const { into } = installer;
  if (into !== undefined && context.isNamedSource(into, copy)) return [];
  // Workspaces have further manifests below, which the installation reads too.
  if (context.paths.holdsAnother(target, installer.manifests[0]!)) return [];
  const { text } = context.dockerfile;
  // The list form, or a quoted target.
  if (/["'[\\]/.test(copy.arguments)) return [];
  const words = copy.arguments.split(/\s+/);
  const head = text.slice(copy.start, copy.argumentsStart);
  const destination = words.at(-1)!.endsWith("/") ? words.at(-1)! : `${words.at(-1)!}/`;
  const next = text.indexOf("\n", install.end) + 1;
  const original = text.slice(copy.start, copy.end);
  if (next === 0 || original.includes("\n")) return [];
  return [
    {
      id: `manifests-first:${copy.line}`,
      line: copy.line,
      what: `${present.join(", ")} ${present.length === 1 ? "is" : "are"} copied and installed before the sources: a change of a source no longer installs everything again`,
      kind: "speed",
      savedBytes: 0,
      edits: [
        { start: copy.start, end: copy.end, text: `${head}${present.join(" ")} ${destination}` },
        { start: next, end: next, text: `${original}\n` },
      ],
      ignore: into === undefined ? [] : [into],
      changes: [`${target === "/" ? "" : target}/.dockerignore`],
      note: "",
    },
  ];
}

/**
 * Whether the installation is known to read only its manifests: no script of the package that a change of order would break, and no
 * dependency located among the sources.
 */
function readsManifestsAlone(context: FixContext, target: string, manifests: readonly string[]): boolean {
  const root = target === "/" ? "" : target;
  // Other files that change the installation would have to be copied too.
  if (
    [".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".bundle/config", "auth.json", "go.work"].some((name) =>
      context.paths.isFile(`${root}/${name}`),
    )
  )
    return false;
  const text = context.analysis.texts.get(`${root}/${manifests[0]!}`);
  if (text === undefined) return false;
  if (manifests[0]!.endsWith(".json") && !isJson(text)) return false;
  switch (manifests[0]) {
    case "package.json":
      return (
        !runsScripts(text) && !/"(?:file|link|portal|patch|workspace):/.test(text) && !/"(?:workspaces|patchedDependencies)"/.test(text)
      );
    case "requirements.txt":
      return !/^\s*(?:-|\.|file:|[^#\n]*@\s*file:)/m.test(text);
    case "go.mod":
      return !/=>\s*\.{0,2}\//.test(text);
    case "Gemfile":
      return !/\b(?:gemspec|path|eval\w*|instance_eval|File|Dir|file|load|require_relative)\b/.test(text);
    default:
      // Composer runs scripts and maps classes located there.
      return !/"(?:scripts|classmap|files|repositories|optimize-autoloader|classmap-authoritative)"/.test(text);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Scripts that npm, yarn and pnpm run during installation (docs.npmjs.com, scripts: life cycle). */
export function runsScripts(manifest: string): boolean {
  return /"(?:preinstall|install|postinstall|preprepare|prepare|postprepare|prepublish|dependencies)"\s*:\s*"/.test(manifest);
}
