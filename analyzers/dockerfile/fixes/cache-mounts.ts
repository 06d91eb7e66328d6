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
  /** Set for stores that later commands read without naming them (`make` calls `go`); the words with which a container needs it. */
  readonly store?: RegExp;
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
  {
    leftovers: ["pnpm-store"],
    programs: /^pnpm$/,
    tool: "pnpm",
    root: new RegExp(`^${home}/\\.local/share/pnpm/store`),
    store: /\bpnpm (?:install|dlx)\b/,
  },
  { leftovers: ["go-build-cache"], programs: /^go$/, tool: "go build", root: new RegExp(`^${home}/\\.cache/go-build`) },
  {
    leftovers: ["go-module-cache"],
    programs: /^go$/,
    tool: "go modules",
    root: new RegExp(`^(?:/go|${home}/go)/pkg/mod`),
    store: /\bgo (?:run|build|test|install)\b|\bair\b/,
  },
  {
    leftovers: ["cargo-registry"],
    programs: /^cargo$/,
    tool: "cargo",
    root: new RegExp(`^(?:/usr/local/cargo|${home}/\\.cargo)/(?:registry|git)`),
    store: /\bcargo\b/,
  },
  {
    leftovers: ["maven-repository"],
    programs: /^(?:mvn|mvnw)$/,
    tool: "maven",
    root: new RegExp(`^${home}/\\.m2/repository`),
    store: /\bmvnw?\b/,
  },
  {
    leftovers: ["gradle-cache"],
    programs: /^(?:gradle|gradlew)$/,
    tool: "gradle",
    root: new RegExp(`^${home}/\\.gradle/caches`),
    store: /\bgradlew?\b/,
  },
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
  if (!canGo(context, rule, roots, users)) return [];
  const readers =
    rule.store === undefined ? users : [...users, ...context.opaqueAfter(users[0]!).filter((later) => !users.includes(later))];
  // A mount belongs to root; another user could not write to it. And without BuildKit there are none.
  const mounts = context.buildKit && readers.every((instruction) => context.isRoot(instruction));
  // Without mounts the next command would have to download all of it again.
  if (!mounts && rule.store !== undefined && readers.length > 1) return [];
  const edits = mounts
    ? readers.flatMap((instruction) => mounted(instruction, roots))
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

/** Not where the container, another stage or an image built on this one reads the cache, and not where others than the tool filled it. */
function canGo(context: FixContext, rule: MountRule, roots: readonly string[], users: readonly Instruction[]): boolean {
  if (rule.store?.test(context.started) === true || users.some((instruction) => context.isBuiltUpon(instruction))) return false;
  if (roots.some((root) => context.isCopiedFrom(root))) return false;
  const own = new Set(users.map((instruction) => context.layerOf(instruction)));
  return roots.every((root) => [...context.layersIn(root)].every((layer) => own.has(layer)));
}

function rootsOf({ paths }: Leftover, { root }: MountRule): readonly string[] {
  return paths.flatMap((path) => root.exec(path)?.[0] ?? []);
}

function mounted(instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  return roots
    .filter((root) => !instruction.flags.some(({ name, value }) => name === "mount" && (value ?? "").includes(root)))
    .map((root) => insertFlag(instruction, `--mount=type=cache,target=${root}`));
}

function deleted(context: FixContext, instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  const edit = appendCommand(context.dockerfile, instruction, `rm -rf ${roots.join(" ")}`);
  return edit === null ? [] : [edit];
}
