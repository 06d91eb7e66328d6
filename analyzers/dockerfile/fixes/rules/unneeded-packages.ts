/** Packages that the image does not need: left out by a flag where that is safe, otherwise advised with a sketch. */
import { liveNodes } from "../../../../src/filesystem/live-files.ts";
import { displayPath } from "../../../../src/filesystem/paths.ts";
import type { PackageFinding, PackageRow, PackageRule } from "../../../packages/model.ts";
import { ownerOf } from "../../../packages/owner-of.ts";
import { buildReason } from "../../../packages/findings/build-packages.ts";
import type { Instruction } from "../../dockerfile.ts";
import { operandsOf, programOf } from "../../shell.ts";
import type { ShellCommand } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import { insertAfter } from "../edits.ts";
import type { Advice, Edit, Fix } from "../fix.ts";
import { runsScripts } from "./manifests-first.ts";

export function unneededPackageFixes(context: FixContext): readonly Fix[] {
  return [...recommendedFixes(context), ...developmentFixes(context)];
}

function findingOf(context: FixContext, rule: PackageRule): PackageFinding | undefined {
  return context.analysis.packages.findings.find((finding) => finding.rule === rule);
}

/** Where apt records what is installed; these change with any package. */
const aptNotes = ["/var/lib/dpkg/", "/var/lib/apt/", "/etc/alternatives/", "/var/cache/apt/"];

function recommendedFixes(context: FixContext): readonly Fix[] {
  const { packages } = context.analysis.packages;
  const rows = (findingOf(context, "recommended-packages")?.packages ?? [])
    .map((index) => packages[index]!)
    .filter(({ ecosystem }) => ecosystem === "dpkg");
  return context.instructions.flatMap((instruction) => {
    const layer = context.layerOf(instruction);
    const here = rows.filter((row) => row.layer === layer);
    return here.length === 0 ? [] : (recommendedFix(context, instruction, here) ?? []);
  });
}

/** @param here the recommended packages that the instruction installed */
function recommendedFix(context: FixContext, instruction: Instruction, here: readonly PackageRow[]): Fix | null {
  const [command, ...others] = context.commands(instruction).filter(installsRecommended);
  if (command === undefined || others.length > 0) return null;
  const kept = here.filter((row) => mayBeUsed(context, instruction, row));
  const staying = withNeeds(context.analysis.packages.packages, kept);
  const gone = here.filter(({ index }) => !staying.has(index));
  const flag = insertAfter(command, "install", "--no-install-recommends");
  if (flag === null || gone.length === 0) return null;
  const names = kept.map(({ name }) => name).sort();
  const { end } = command.words.at(-1)!;
  const byName: readonly Edit[] = names.length === 0 ? [] : [{ start: end, end, text: ` ${names.join(" ")}` }];
  const some = gone.slice(0, 4).map(({ name }) => name);
  return {
    id: `recommended-packages:${instruction.line}`,
    line: instruction.line,
    what: `apt-get install --no-install-recommends leaves out ${some.join(", ")}${gone.length > some.length ? ` and ${gone.length - some.length} more` : ""}`,
    kind: "bytes",
    savedBytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    edits: [flag, ...byName],
    ignore: [],
    changes: [...aptNotes, ...filesOf(context, gone)],
    note: names.length === 0 ? "" : `${names.join(", ")} may be used, and is installed by name`,
  };
}

function installsRecommended(command: ShellCommand): boolean {
  const program = programOf(command);
  if ((program !== "apt-get" && program !== "apt") || operandsOf(command)[0] !== "install") return false;
  return !command.words.some(
    ({ text }) => text.startsWith("--no-install-recommends") || text.includes("Install-Recommends") || text.includes("$"),
  );
}

/** True for certificates, for anything the Dockerfile or the container mentions, and for build tools if something may be built later. */
function mayBeUsed(context: FixContext, instruction: Instruction, { name, ecosystem }: PackageRow): boolean {
  if (name === "ca-certificates") return true;
  const builds = [instruction, ...context.after(instruction)].some((later) => later.keyword === "RUN" && !context.isPlain(later));
  if (builds && (buildReason(ecosystem, name) !== null || /^(?:python3|lib)?.*-dev$|^python3-/.test(name))) return true;
  const short = name.replace(/-(?:utils|client|bin|core|base|minimal)$/, "");
  const texts = [...context.everywhere.map(({ rawArguments }) => rawArguments), context.started];
  return texts.some((text) => text.split(/[^\w.+-]+/).some((word) => word === name || word === short));
}

function withNeeds(packages: readonly PackageRow[], rows: readonly PackageRow[]): ReadonlySet<number> {
  const found = new Set<number>();
  const waiting = rows.map(({ index }) => index);
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    waiting.push(...packages[index]!.needs);
  }
  return found;
}

function filesOf(context: FixContext, rows: readonly PackageRow[]): readonly string[] {
  const { tree, packages } = context.analysis;
  const wanted = new Set(rows.map(({ index }) => index));
  const paths: string[] = [];
  for (const node of liveNodes(tree)) {
    const owner = ownerOf(packages, node);
    const index = owner === null ? null : packages.owners[owner]!.package;
    if (index !== null && wanted.has(index)) paths.push(displayPath(node.path));
  }
  return paths;
}

const omit: Readonly<Record<string, { readonly verbs: readonly string[]; readonly flag: string }>> = {
  npm: { verbs: ["ci", "install"], flag: "--omit=dev" },
  pnpm: { verbs: ["install"], flag: "--prod" },
};

/** Only if no unknown command runs after the installation and the container starts node directly. */
function developmentFixes(context: FixContext): readonly Fix[] {
  const finding = findingOf(context, "dev-dependencies");
  const { packages } = context.analysis.packages;
  const rows = (finding?.packages ?? []).map((index) => packages[index]!).filter(({ ecosystem }) => ecosystem === "npm");
  // `node -r ts-node/register`, possibly through NODE_OPTIONS.
  const loaded = `${context.started} ${context.analysis.image.config.container.env.join(" ")}`;
  if (
    rows.length === 0 ||
    rows.some(({ name }) => loaded.includes(name)) ||
    !/^(?:\S*\/)?(?:node|nodejs|tini|dumb-init)\b/.test(context.started) ||
    /\b(?:npm|npx|yarn|pnpm)\b/.test(context.started)
  )
    return [];
  if ([...context.analysis.texts].some(([path, text]) => path.endsWith("/package.json") && runsScripts(text))) return [];
  return context.instructions.flatMap((instruction) => {
    const layer = context.layerOf(instruction);
    const here = rows.filter((row) => row.layer === layer);
    const commands = context.commands(instruction).filter((command) => {
      const rule = omit[programOf(command)];
      return rule !== undefined && operandsOf(command).length === 1 && rule.verbs.includes(operandsOf(command)[0]!);
    });
    const [command] = commands;
    if (here.length === 0 || command === undefined || commands.length > 1 || context.commands(instruction).at(-1) !== command) return [];
    if (context.opaqueAfter(instruction).length > 0 || context.isBuiltUpon(instruction)) return [];
    const { flag } = omit[programOf(command)]!;
    if (command.words.some(({ text }) => /^--(?:omit|only|production|prod|include|dev)/.test(text))) return [];
    const edit = insertAfter(command, operandsOf(command)[0]!, flag);
    if (edit === null) return [];
    const changes = [...new Set(here.flatMap(({ location }) => /^(.*?\/node_modules\/)/.exec(displayPath(location))?.[1] ?? []))];
    return [
      {
        id: `dev-dependencies:${instruction.line}`,
        line: instruction.line,
        what: `${flag} leaves out what only development needs: ${here.length} packages`,
        kind: "bytes" as const,
        savedBytes: here.reduce((sum, { bytes }) => sum + bytes, 0),
        edits: [edit],
        ignore: [],
        changes,
        note: "",
      },
    ];
  });
}

/** Less is not worth another stage. */
const smallest = 1024 * 1024;

/** Build-only packages disappear if a separate stage builds. Which files that stage has to hand over is for a person to decide. */
export function stageAdvice(context: FixContext): readonly Advice[] {
  const finding = findingOf(context, "build-packages");
  const last = context.match.stages.at(-1)!;
  const { packages } = context.analysis.packages;
  const layers = new Set((finding?.packages ?? []).map((index) => packages[index]!.layer));
  const installing = context.instructions.find((instruction) => layers.has(context.layerOf(instruction) ?? -1));
  if (finding === undefined || finding.bytes < smallest || installing === undefined) return [];
  const names = finding.packages.slice(0, 3).map((index) => packages[index]!.name);
  const directory = context.absolute(".", last.instructions.at(-1) ?? last.from);
  const target = directory === "/" ? "/app" : directory;
  return [
    {
      id: `build-stage:${installing.line}`,
      line: installing.line,
      what: `${names.join(", ")}${finding.packages.length > names.length ? " and others" : ""} are there to build: build in a stage of its own, and copy what it made`,
      savedBytes: finding.bytes,
      sketch: [
        `FROM ${last.base} AS build`,
        `# … line ${installing.line} and the RUNs that build …`,
        `FROM ${last.base}`,
        `COPY --from=build ${target} ${target}`,
      ].join("\n"),
    },
  ];
}
