/**
 * Download caches of language tools: mounted while the RUN runs where BuildKit builds the image, deleted at its end elsewhere. Mounted, they
 * also serve the next build.
 */
import type { Leftover } from "../../analysis.ts";
import type { Instruction } from "../dockerfile.ts";
import { programOf } from "../shell.ts";
import type { FixContext } from "./context.ts";
import { appendCommand, insertFlag } from "./edits.ts";
import type { Edit, Fix } from "./fix.ts";

interface MountRule {
  /** Ids of leftover rules. */
  readonly leftovers: readonly string[];
  readonly programs: RegExp;
  readonly tool: string;
  /** The cache's own directory, as the beginning of a path in it. */
  readonly root: RegExp;
}

const home = "/(?:root|home/[^/]+)";
const rules: readonly MountRule[] = [
  { leftovers: ["npm-cache"], programs: /^(?:npm|npx)$/, tool: "npm", root: new RegExp(`^${home}/\\.npm`) },
  {
    leftovers: ["yarn-cache"],
    programs: /^yarn(?:pkg)?$/,
    tool: "yarn",
    root: new RegExp(`^(?:/usr/local/share/\\.cache/yarn|${home}/(?:\\.cache/yarn|\\.yarn/berry/cache))`),
  },
  { leftovers: ["pnpm-store"], programs: /^pnpm$/, tool: "pnpm", root: new RegExp(`^${home}/\\.local/share/pnpm/store`) },
  { leftovers: ["go-build-cache"], programs: /^go$/, tool: "go build", root: new RegExp(`^${home}/\\.cache/go-build`) },
  { leftovers: ["go-module-cache"], programs: /^go$/, tool: "go modules", root: new RegExp(`^(?:/go|${home}/go)/pkg/mod`) },
  {
    leftovers: ["cargo-registry"],
    programs: /^cargo$/,
    tool: "cargo",
    root: new RegExp(`^(?:/usr/local/cargo|${home}/\\.cargo)/(?:registry|git)`),
  },
  { leftovers: ["maven-repository"], programs: /^(?:mvn|mvnw)$/, tool: "maven", root: new RegExp(`^${home}/\\.m2/repository`) },
  { leftovers: ["gradle-cache"], programs: /^(?:gradle|gradlew)$/, tool: "gradle", root: new RegExp(`^${home}/\\.gradle/caches`) },
  {
    leftovers: ["composer-cache"],
    programs: /^composer(?:\.phar)?$/,
    tool: "composer",
    root: new RegExp(`^${home}/(?:\\.composer/cache|\\.cache/composer)`),
  },
  {
    leftovers: ["python-tool-cache", "uv-cache", "poetry-cache", "pipenv-cache"],
    programs: /^(?:uv|poetry|pipenv)$/,
    tool: "python tools",
    root: new RegExp(`^${home}/\\.cache/(?:uv|pypoetry|pipenv)`),
  },
];

export function cacheMountFixes(context: FixContext): readonly Fix[] {
  return rules.flatMap((rule) => mountFix(context, rule));
}

/** One fix for all RUNs of a tool: what one of them downloads, the next reads, so all of them mount it or none. */
function mountFix(context: FixContext, rule: MountRule): readonly Fix[] {
  const users = context.instructions.filter((instruction) =>
    context.commands(instruction).some((command) => rule.programs.test(programOf(command))),
  );
  const found = users.map((instruction) => ({
    instruction,
    leftovers: context.leftovers(instruction, (leftover) => rule.leftovers.includes(leftover.rule) && rootsOf(leftover, rule).length > 0),
  }));
  const leaving = found.filter(({ leftovers }) => leftovers.length > 0);
  const first = leaving[0];
  if (first === undefined) return [];
  const roots = [...new Set(leaving.flatMap(({ leftovers }) => leftovers.flatMap((leftover) => rootsOf(leftover, rule))))].sort();
  // A mount belongs to root; another user could not write to it. And without BuildKit there are none.
  const mounts = context.buildKit && users.every((instruction) => isRoot(context, instruction));
  const edits = mounts
    ? users.flatMap((instruction) => mounted(instruction, roots))
    : leaving.flatMap(({ instruction }) => deleted(context, instruction, roots));
  if (edits.length === 0) return [];
  const { line } = first.instruction;
  return [
    {
      id: `${rule.leftovers[0]!}:${line}`,
      line,
      what: mounts
        ? `${rule.tool}: its cache is mounted (${roots.join(", ")}), so that builds share it and the image has none`
        : `${rule.tool}: its cache (${roots.join(", ")}) goes in the RUN that fills it`,
      kind: "bytes",
      savedBytes: context.claim(leaving.flatMap(({ leftovers }) => leftovers)),
      edits,
      ignore: [],
      changes: roots.map((root) => `${root}/`),
      note: "",
    },
  ];
}

function rootsOf({ paths }: Leftover, { root }: MountRule): readonly string[] {
  return paths.flatMap((path) => root.exec(path)?.[0] ?? []);
}

function mounted(instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  return roots
    .filter((root) => !instruction.flags.some(({ name, value }) => name === "mount" && (value ?? "").includes(root)))
    .map((root) => insertFlag(instruction, `--mount=type=cache,target=${root}`));
}

/** Only where no later RUN of the tool needs what this one has fetched: that one cannot be known from here, so the last deletes. */
function deleted(context: FixContext, instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  const edit = appendCommand(context.dockerfile, instruction, `rm -rf ${roots.join(" ")}`);
  return edit === null ? [] : [edit];
}

/** Whether the instruction runs as root, as far as the Dockerfile says. */
export function isRoot(context: FixContext, instruction: Instruction): boolean {
  const before = context.instructions.slice(0, context.instructions.indexOf(instruction));
  const user = before.findLast(({ keyword }) => keyword === "USER")?.arguments.split(":")[0] ?? context.baseUser;
  return user === "" || user === "root" || user === "0";
}
