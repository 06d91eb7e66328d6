/** What could be left out of the image, each byte reported once: packages first, then single files, then parts of files. */
import { displayPath } from "../../../src/filesystem/paths.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import type { Inode } from "../../../src/filesystem/file-tree.ts";
import type { LiveFile, LiveFiles } from "../../../src/filesystem/live-files.ts";
import { reachable } from "../graph/reach.ts";
import type { Reached } from "../graph/reach.ts";
import type { Edges } from "../graph/edges.ts";
import { systemEcosystems } from "../model.ts";
import type { Ecosystem, PackageFinding, PackageRow, PackageRule } from "../model.ts";
import type { BinaryFacts } from "../evidence/kept-file.ts";
import { buildReason } from "./build-packages.ts";
import { Claims } from "./claims.ts";
import type { Saved } from "./claims.ts";
import { compareVersions } from "./compare-versions.ts";
import { fileKinds, fileRuleOf, isTestDirectory } from "./file-findings.ts";
import type { FileRule } from "./file-findings.ts";

export interface FindingsInput {
  readonly rows: readonly PackageRow[];
  readonly edges: Edges;
  readonly reached: Reached;
  /** True if the package manager says that the package was installed for others. */
  readonly isAutomatic: (index: number) => boolean;
  /** The files that belong to a package, hard-linked ones under each of their names. */
  readonly filesOf: (index: number) => Iterable<LiveFile>;
  /** Every live file, hard-linked ones under each of their names. */
  readonly files: LiveFiles;
  /** By inode. */
  readonly elves: ReadonlyMap<number, BinaryFacts>;
  /** Inodes counted as leftovers. */
  readonly taken: Iterable<Inode>;
}

const mostPaths = 5;

/** Most bytes first; findings that save nothing are left out. */
export function findUnneeded(input: FindingsInput): PackageFinding[] {
  const claims = new Claims(input.taken);
  const packages = packageRules.flatMap(({ rule, title, select, advice }) => {
    const found = select(input);
    return found.length === 0 ? [] : [ofPackages(input, claims, { rule, title, advice }, found)];
  });
  const findings = [...packages, ...ofFiles(input, claims), ...ofSections(input, claims)];
  return findings.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

interface PackageFindingKind {
  readonly rule: PackageRule;
  readonly title: string;
  readonly select: (input: FindingsInput) => readonly number[];
  readonly advice: (rows: readonly PackageRow[]) => string;
}

/** The order decides which rule claims a package that matches several. */
const packageRules: readonly PackageFindingKind[] = [
  {
    rule: "orphaned-packages",
    title: "packages that nothing needs any more",
    select: ({ rows }) => rows.flatMap(({ isOrphan, ecosystem, index }) => (isOrphan && managers.has(ecosystem) ? [index] : [])),
    advice: (rows) => `${managers.get(rows[0]!.ecosystem)!} in the RUN that removed what needed them`,
  },
  {
    rule: "recommended-packages",
    title: "packages that are only recommended",
    select: ({ rows, reached, isAutomatic }) =>
      rows.flatMap(({ ecosystem, index }) => (weak.has(ecosystem) && reached.isRecommended[index]! && isAutomatic(index) ? [index] : [])),
    advice: (rows) => `${weak.get(rows[0]!.ecosystem)!}, and name those of them that you use`,
  },
  {
    rule: "build-packages",
    title: "packages that only building needs",
    select: onlyForBuilding,
    advice: () => "build in an earlier stage and copy the result: FROM … AS build, then COPY --from=build",
  },
  {
    rule: "dev-dependencies",
    title: "dependencies for development",
    select: onlyForDevelopment,
    advice: (rows) =>
      rows[0]!.ecosystem === "composer"
        ? "install with `composer install --no-dev`"
        : "run `npm prune --omit=dev`, or install with `npm ci --omit=dev`",
  },
  {
    rule: "python-installers",
    title: "pip, setuptools and wheel",
    select: unusedInstallers,
    advice: () => "install into a virtual environment in an earlier stage and copy that, or `pip uninstall` them last in the same RUN",
  },
  {
    rule: "several-versions",
    title: "older versions of what is installed in a newer one too",
    select: olderVersions,
    advice: () => "let everything use one version: `npm dedupe`, `npm ls NAME` or the like shows who asks for which",
  },
];

/** How to remove orphans. */
const managers: ReadonlyMap<Ecosystem, string> = new Map<Ecosystem, string>([
  ["dpkg", "call `apt-get autoremove --purge -y`"],
  ["apk", "let `apk fix` or `apk del` clean up"],
  ["pacman", "call `pacman -Rns $(pacman -Qdtq)`"],
]);

/** How to keep recommendations out. */
const weak: ReadonlyMap<Ecosystem, string> = new Map<Ecosystem, string>([
  ["dpkg", "call `apt-get install --no-install-recommends`"],
  ["rpm", "call `dnf install --setopt=install_weak_deps=False`"],
]);

function ofPackages(
  { rows, filesOf }: FindingsInput,
  claims: Claims,
  { rule, title, advice }: Pick<PackageFindingKind, "rule" | "title" | "advice">,
  found: readonly number[],
): PackageFinding {
  const packages = found.toSorted((a, b) => rows[b]!.bytes - rows[a]!.bytes || a - b);
  const claimed = claims.claim(packages.flatMap((index) => [...filesOf(index)].map(whole)));
  const text = advice(packages.map((index) => rows[index]!));
  const paths = packages.slice(0, mostPaths).map((index) => displayPath(rows[index]!.location));
  return { rule, title, ...claimed, packages, paths, advice: saying(text, claimed) };
}

function whole(file: LiveFile): Saved {
  return { file, bytes: file.bytes };
}

function saying(advice: string, { bytes, aloneBytes }: { readonly bytes: number; readonly aloneBytes: number }): string {
  const alone = aloneBytes > bytes ? `; ${formatBytes(aloneBytes)} if it is all you do` : "";
  return `${advice}: saves ${formatBytes(bytes)}${alone}`;
}

/** What falls away when requested build tools are removed, including what only they need; what something else needs stays. */
function onlyForBuilding({ rows, edges, reached }: FindingsInput): number[] {
  const isTool = rows.map(({ ecosystem, name }) => buildReason(ecosystem, name) !== null);
  if (!isTool.includes(true)) return [];
  const all = reachable(rows.length, reached.roots, (from) => [
    ...edges.needs[from]!,
    ...edges.recommends[from]!,
    ...edges.suggests[from]!,
  ]);
  const kept = reachable(
    rows.length,
    reached.roots.filter((root) => !isTool[root]),
    (from) => [...edges.needs[from]!, ...[...edges.recommends[from]!, ...edges.suggests[from]!].filter((to) => !isTool[to])],
  );
  return rows.flatMap(({ index, ecosystem }) => (systemEcosystems.has(ecosystem) && all[index] === 1 && kept[index] === 0 ? [index] : []));
}

function onlyForDevelopment({ rows, edges, reached }: FindingsInput): number[] {
  if (edges.develops.every((targets) => targets.length === 0)) return [];
  const without = (from: number): number[] => [...edges.needs[from]!, ...edges.recommends[from]!, ...edges.suggests[from]!];
  const all = reachable(rows.length, reached.roots, (from) => [...without(from), ...edges.develops[from]!]);
  const kept = reachable(rows.length, reached.roots, without);
  return rows.flatMap(({ index }) => (all[index] === 1 && kept[index] === 0 ? [index] : []));
}

const installers = new Set(["pip", "setuptools", "wheel"]);

function unusedInstallers({ rows, edges }: FindingsInput): number[] {
  const found = rows.filter(
    ({ ecosystem, name, within }) => ecosystem === "python" && within === null && installers.has(name.toLowerCase()),
  );
  const isFound = new Set(found);
  const needed = new Set(rows.filter((row) => !isFound.has(row)).flatMap(({ index }) => edges.needs[index]!));
  return found.flatMap(({ index }) => (needed.has(index) ? [] : [index]));
}

const versioned = new Set<Ecosystem>(["npm", "gem", "java", "composer"]);

function olderVersions({ rows }: FindingsInput): number[] {
  const newest = new Map<string, PackageRow>();
  const key = ({ ecosystem, name }: PackageRow): string => `${ecosystem} ${name}`;
  const candidates = rows.filter(({ ecosystem, version, within }) => versioned.has(ecosystem) && version !== "" && within === null);
  for (const row of candidates) {
    const known = newest.get(key(row));
    if (known === undefined || compareVersions(row.version, known.version) > 0) newest.set(key(row), row);
  }
  return candidates.flatMap((row) => (newest.get(key(row))!.version === row.version ? [] : [row.index]));
}

function ofFiles(input: FindingsInput, claims: Claims): PackageFinding[] {
  const found = new Map<FileRule, LiveFile[]>();
  const tests = testFiles(input);
  for (const file of input.files) {
    const rule = fileRuleOf(file, input.elves.get(file.inodeId), tests.has(file.nodeId));
    if (rule === null) continue;
    const group = found.get(rule);
    if (group === undefined) found.set(rule, [file]);
    else group.push(file);
  }
  return [...found].map(([rule, group]) => fileFinding(fileKinds[rule], group.map(whole), claims));
}

/** Tests and examples in packages of languages, by their nodes. */
function testFiles({ rows, filesOf }: FindingsInput): Set<number> {
  const found = new Set<number>();
  for (const { ecosystem, index } of rows) {
    if (systemEcosystems.has(ecosystem)) continue;
    // Files come directory by directory, so each directory is judged once.
    let directory: string | null = null;
    let isOfTests = false;
    for (const file of filesOf(index)) {
      if (file.directory !== directory) {
        ({ directory } = file);
        isOfTests = isTestDirectory(directory);
      }
      if (isOfTests) found.add(file.nodeId);
    }
  }
  return found;
}

/** Programs and libraries that `strip` would make smaller. Kernel modules and object files need their symbols. */
function ofSections({ files, elves }: FindingsInput, claims: Claims): PackageFinding[] {
  const saved: Saved[] = [];
  if (elves.size === 0) return [];
  for (const file of files) {
    const elf = elves.get(file.inodeId);
    if (elf === undefined || elf.isRelocatable || elf.isSeparateDebug) continue;
    const bytes = Math.min(file.bytes, elf.debugBytes + elf.symbolBytes);
    if (bytes > 0) saved.push({ file, bytes });
  }
  const kind = {
    rule: "unstripped-binaries",
    title: "debug sections and symbols in programs",
    advice: "call `strip` in the stage that builds them (Go: -ldflags='-s -w')",
  } as const;
  return saved.length === 0 ? [] : [fileFinding(kind, saved, claims)];
}

function fileFinding(
  { rule, title, advice }: { readonly rule: PackageRule; readonly title: string; readonly advice: string },
  saved: readonly Saved[],
  claims: Claims,
): PackageFinding {
  const claimed = claims.claim(saved);
  const paths = saved
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, mostPaths)
    .map(({ file }) => displayPath(file.path));
  return { rule, title, ...claimed, packages: [], paths, advice: saying(`${advice}, ${plural(claimed.files, "file")}`, claimed) };
}
