/**
 * Download caches of language tools. With BuildKit they are mounted while the RUN runs, which also speeds up the next build; otherwise they
 * are deleted at the end of the RUN.
 */
import type { Leftover } from "../../../analysis.ts";
import type { Instruction } from "../../dockerfile.ts";
import { programOf } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import { insertFlag } from "../edits.ts";
import type { Edit, Fix } from "../fix.ts";

interface MountRule {
  /** Ids of leftover rules. */
  readonly leftovers: readonly string[];
  readonly programs: RegExp;
  readonly tool: string;
  /** The cache's own directory, as the beginning of a path in it. The first one that holds nothing but cache is used. */
  readonly roots: readonly RegExp[];
  /** Set for stores that later commands read without naming them (`make` calls `go`): what shows that the container needs the store. */
  readonly store?: RegExp;
  /** What shows that the container needs a cache which later commands of the build do not read. */
  readonly started?: RegExp;
}

const home = "/(?:root|home/[^/]+)";
const rules: readonly MountRule[] = [
  {
    leftovers: ["npm-cache"],
    programs: /^(?:npm|npx)$/,
    tool: "npm",
    // npx runs programs from `_npx`, next to the cache.
    roots: [new RegExp(`^${home}/\\.npm`), new RegExp(`^${home}/\\.npm/_\\w+`)],
  },
  {
    leftovers: ["yarn-cache"],
    programs: /^yarn(?:pkg)?$/,
    tool: "yarn",
    roots: [new RegExp(`^(?:/usr/local/share/\\.cache/yarn|${home}/(?:\\.cache/yarn|\\.yarn/berry/(?:metadata|index)))`)],
  },
  {
    leftovers: ["pnpm-store"],
    programs: /^pnpm$/,
    tool: "pnpm",
    roots: [new RegExp(`^${home}/\\.local/share/pnpm/store`)],
    store: /\bpnpm (?:install|dlx)\b/,
  },
  { leftovers: ["go-build-cache"], programs: /^go$/, tool: "go build", roots: [new RegExp(`^${home}/\\.cache/go-build`)] },
  {
    leftovers: ["go-module-cache"],
    programs: /^go$/,
    tool: "go modules",
    roots: [new RegExp(`^(?:/go|${home}/go)/pkg/mod`)],
    store: /\bgo (?:run|build|test|install)\b|\bair\b/,
  },
  {
    leftovers: ["cargo-registry"],
    programs: /^cargo$/,
    tool: "cargo",
    roots: [new RegExp(`^(?:/usr/local/cargo|${home}/\\.cargo)/(?:registry|git)`)],
    store: /\bcargo\b/,
  },
  {
    leftovers: ["maven-repository"],
    programs: /^(?:mvn|mvnw)$/,
    tool: "maven",
    roots: [new RegExp(`^${home}/\\.m2/repository`)],
    store: /\bmvnw?\b/,
  },
  {
    leftovers: ["gradle-cache"],
    programs: /^(?:gradle|gradlew)$/,
    tool: "gradle",
    roots: [new RegExp(`^${home}/\\.gradle/caches`)],
    store: /\bgradlew?\b/,
  },
  {
    leftovers: ["composer-cache"],
    programs: /^composer(?:\.phar)?$/,
    tool: "composer",
    roots: [new RegExp(`^${home}/(?:\\.composer/cache|\\.cache/composer)`)],
  },
  {
    leftovers: ["uv-cache"],
    programs: /^uvx?$/,
    tool: "uv",
    roots: [new RegExp(`^${home}/\\.cache/uv`)],
    started: /\buvx\b|\buv (?:x|run|tool run)\b/,
  },
  {
    leftovers: ["poetry-cache"],
    programs: /^poetry$/,
    tool: "Poetry",
    // The environments it installs into are next to these.
    roots: [new RegExp(`^${home}/\\.cache/pypoetry/(?:cache|artifacts)`)],
  },
  { leftovers: ["pipenv-cache"], programs: /^pipenv$/, tool: "pipenv", roots: [new RegExp(`^${home}/\\.cache/pipenv`)] },
];

export function cacheMountFixes(context: FixContext): readonly Fix[] {
  return rules.flatMap((rule) => mountFix(context, rule));
}

/** One fix for all RUNs of a tool: each reads what an earlier one downloaded, so all of them mount the cache or none does. */
function mountFix(context: FixContext, rule: MountRule): readonly Fix[] {
  const users = context.instructions.filter((instruction) =>
    context.commands(instruction).some((command) => rule.programs.test(programOf(command))),
  );
  const found = users.map((instruction) => ({
    instruction,
    leftovers: context.leftovers(
      instruction,
      (leftover) => rule.leftovers.includes(leftover.rule) && rule.roots.some((root) => rootsOf(leftover, root).length > 0),
    ),
  }));
  const leaving = found.filter(({ leftovers }) => leftovers.length > 0);
  const first = leaving[0];
  if (first === undefined) return [];
  const all = leaving.flatMap(({ leftovers }) => leftovers);
  const roots = rule.roots
    .map((root) => [...new Set(all.flatMap((leftover) => rootsOf(leftover, root)))].sort())
    .find((candidate) => canGo(context, rule, candidate, users) && holdsNothingElse(context, candidate, all));
  if (roots === undefined) return [];
  const { staying } = context.paths.freedBy(roots);
  if (staying >= all.reduce((sum, { bytes }) => sum + bytes, 0)) return [];
  const leavers = leaving.map(({ instruction }) => instruction);
  const { mounts, edits } = cacheEdits(context, rule, roots, users, leavers);
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
      // Files that are hard-linked elsewhere stay in the image.
      savedBytes: context.claims.take(all) - staying,
      edits,
      ignore: [],
      changes: roots.map((root) => `${root}/`),
      note: "",
    },
  ];
}

interface CacheEdits {
  /** Whether the cache is mounted; otherwise it is deleted. */
  readonly mounts: boolean;
  /** Empty if neither is safe. */
  readonly edits: readonly Edit[];
}

/**
 * @param users the RUNs that use the tool
 * @param leavers the ones among them that leave a cache behind
 */
function cacheEdits(
  context: FixContext,
  rule: MountRule,
  roots: readonly string[],
  users: readonly Instruction[],
  leavers: readonly Instruction[],
): CacheEdits {
  const readers =
    rule.store === undefined ? users : [...users, ...context.opaqueAfter(users[0]!).filter((later) => !users.includes(later))];
  // Mounts are owned by root, so another user could not write to them. Without BuildKit there are none.
  const mounts = context.buildKit && readers.every((instruction) => context.isRoot(instruction));
  const none: CacheEdits = { mounts, edits: [] };
  // On another machine the mount is empty, but the layer of the RUN that would fill it may already exist.
  if (readers.length > 1 && readers.some((reader) => offline.test(reader.rawArguments))) return none;
  if (mounts) {
    if (readers.some((reader) => roots.some((root) => context.takesAway(reader, root)))) return none;
    return { mounts, edits: readers.flatMap((instruction) => mounted(instruction, roots)) };
  }
  // Without mounts the next command would have to download everything again.
  if (rule.store !== undefined && readers.length > 1) return none;
  // Go makes its modules read-only, so only root can delete them.
  if (rule.leftovers.includes("go-module-cache") && !leavers.every((instruction) => context.isRoot(instruction))) return none;
  return { mounts, edits: leavers.flatMap((instruction) => deleted(context, instruction, roots)) };
}

/** False if the container, another stage or an image built on this one reads the cache, or if something other than the tool filled it. */
function canGo(context: FixContext, rule: MountRule, roots: readonly string[], users: readonly Instruction[]): boolean {
  if ((rule.store ?? rule.started)?.test(context.started) === true || users.some((instruction) => context.isBuiltUpon(instruction)))
    return false;
  if (roots.some((root) => context.isCopiedFrom(root) || isNamed(context, root)) || context.paths.isLinkedTo(roots)) return false;
  const own = new Set(users.map((instruction) => context.layerOf(instruction)));
  return roots.every((root) => [...context.paths.layersIn(root)].every((layer) => own.has(layer)));
}

/** Only the person's own words show that a program expects something there: `java -cp /root/.m2/repository/…`. */
function isNamed(context: FixContext, root: string): boolean {
  const end = root.split("/").slice(-2).join("/");
  return context.everywhere.some(({ rawArguments }) => rawArguments.includes(end)) || context.started.includes(end);
}

/** False if other things, such as environments and programs, lie in the directory of the cache. */
function holdsNothingElse(context: FixContext, roots: readonly string[], leftovers: readonly Leftover[]): boolean {
  const { bytes, staying } = context.paths.freedBy(roots);
  return bytes + staying <= leftovers.reduce((sum, leftover) => sum + leftover.bytes, 0);
}

const offline = /\bmvnw?\b[^;&|]*\s-o(?=\s|$)|\s--offline(?=\s|$)|\bcargo\b[^;&|]*\s--frozen(?=\s|$)|\bGOPROXY=off\b/;

function rootsOf({ paths }: Leftover, root: RegExp): readonly string[] {
  return paths.flatMap((path) => root.exec(path)?.[0] ?? []);
}

function mounted(instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  return roots
    .filter((root) => !instruction.flags.some(({ name, value }) => name === "mount" && (value ?? "").includes(root)))
    .map((root) => insertFlag(instruction, `--mount=type=cache,target=${root}`));
}

function deleted(context: FixContext, instruction: Instruction, roots: readonly string[]): readonly Edit[] {
  // Files that root left through sudo cannot be deleted by the user.
  if (/\bsudo\b/.test(instruction.rawArguments)) return [];
  const edit = context.append(instruction, `rm -rf ${roots.join(" ")}`);
  return edit === null ? [] : [edit];
}
