/** Caches left by package managers: a flag prevents them, or a command at the end of the RUN deletes them. */
import { posix } from "node:path";

import { insertAfter } from "../edits.ts";
import type { FixContext } from "../context/fix-context.ts";
import type { Edit, Fix } from "../fix.ts";
import type { Instruction } from "../../dockerfile.ts";
import { operandsOf, programOf } from "../../shell.ts";
import type { ShellCommand } from "../../shell.ts";

interface CacheRule {
  /** Ids of the leftover rules whose bytes it saves. */
  readonly leftovers: readonly string[];
  readonly programs: readonly string[];
  /** Subcommands that fill the cache. */
  readonly subcommands: readonly string[];
  /** How the cache is kept empty: by a flag after the subcommand … */
  readonly flag?: string;
  /** … or by a command at the end of the RUN. */
  readonly command: string;
  /** Subcommands that fill the cache in spite of the flag. */
  readonly refresh?: readonly string[];
  readonly what: string;
  /** Where the final trees differ. */
  readonly changes: readonly string[];
  /** For a cache in a home directory: all of it, as the beginning of a leftover's path, because `paths` lists only examples from it. */
  readonly root?: RegExp;
}

const rules: readonly CacheRule[] = [
  {
    leftovers: ["apk-cache"],
    programs: ["apk"],
    subcommands: ["add"],
    flag: "--no-cache",
    command: "rm -rf /var/cache/apk/*",
    refresh: ["update", "upgrade"],
    what: "apk keeps no index: `apk add --no-cache`",
    changes: ["/var/cache/apk/", "/etc/apk/cache/"],
  },
  {
    leftovers: ["pip-cache"],
    programs: ["pip", "pip3", "pip2"],
    subcommands: ["install", "download", "wheel"],
    flag: "--no-cache-dir",
    command: "pip cache purge",
    what: "pip keeps no cache: `pip install --no-cache-dir`",
    changes: [],
    root: /^.*?\/\.cache\/pip(?=\/|$)/,
  },
  {
    leftovers: ["dnf-cache"],
    programs: ["microdnf"],
    subcommands: ["install", "update", "upgrade", "reinstall"],
    command: "microdnf clean all",
    what: "microdnf's cache goes in the RUN that fills it",
    changes: ["/var/cache/dnf/", "/var/cache/yum/"],
  },
  {
    leftovers: ["dnf-cache"],
    programs: ["dnf", "dnf5"],
    subcommands: ["install", "update", "upgrade", "groupinstall", "makecache", "reinstall"],
    command: "dnf clean all",
    what: "dnf's cache goes in the RUN that fills it",
    changes: ["/var/cache/dnf/", "/var/cache/libdnf5/", "/var/lib/dnf/"],
  },
  {
    leftovers: ["dnf-cache"],
    programs: ["yum"],
    subcommands: ["install", "update", "upgrade", "groupinstall", "makecache", "reinstall"],
    command: "yum clean all && rm -rf /var/cache/yum",
    what: "yum's cache goes in the RUN that fills it",
    changes: ["/var/cache/yum", "/var/cache/dnf/"],
  },
  {
    leftovers: ["zypper-cache"],
    programs: ["zypper"],
    subcommands: ["install", "in", "update", "up", "dup", "refresh", "ref"],
    command: "zypper clean --all",
    what: "zypper's cache goes in the RUN that fills it",
    changes: ["/var/cache/zypp/"],
  },
  {
    leftovers: ["pacman-cache"],
    programs: ["pacman"],
    subcommands: [],
    command: "rm -rf /var/cache/pacman/pkg/*",
    what: "pacman's packages go in the RUN that fetches them",
    changes: ["/var/cache/pacman/pkg/"],
  },
];

export function packageCacheFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => rules.flatMap((rule) => cacheFix(context, instruction, rule)));
}

function cacheFix(context: FixContext, instruction: Instruction, rule: CacheRule): readonly Fix[] {
  const all = context.commands(instruction);
  const commands = all.filter((command) => fills(command, rule));
  if (commands.length === 0) return [];
  const found = context.leftovers(instruction, (leftover) => rule.leftovers.includes(leftover.rule));
  const removed = context.waste(instruction, (waste) => waste.cause === "removed" && isUnder(waste.path, rule.changes));
  if (found.length + removed.length === 0) return [];
  // A later installation from the cache alone needs it.
  if (context.after(instruction).some((later) => context.commands(later).some((command) => isOffline(command, rule)))) return [];
  // `rm -r` fails for what was never there, and an old pip refuses to clear an empty cache.
  const roots = [...rule.changes, ...found.flatMap(({ paths }) => paths.flatMap((path) => rule.root?.exec(path)?.[0] ?? []))];
  if (roots.some((root) => context.isMissed(root, instruction, rule.flag !== undefined)) || (rule.root !== undefined && clearsPip(context)))
    return [];
  // `apk update` fills the index, whatever `apk add` is told.
  const { refresh, flag } = rule;
  const fetches =
    refresh !== undefined &&
    all.some((command) => fills(command, { ...rule, subcommands: refresh }) && !command.words.some(({ text }) => text === flag));
  const edits = flag === undefined || fetches ? appended(context, instruction, rule.command) : flagged(commands, rule.subcommands, flag);
  if (edits.length === 0) return [];
  const places = found.flatMap(({ paths }) => paths.map((path) => `${rule.root?.exec(path)?.[0] ?? posix.dirname(path)}/`));
  const savedBytes = context.claims.take([...found, ...removed]);
  if (savedBytes === 0) return [];
  return [
    { ...describe(rule.leftovers[0]!, instruction, rule.what, edits), savedBytes, changes: [...new Set([...rule.changes, ...places])] },
  ];
}

function fills(command: ShellCommand, { programs, subcommands }: CacheRule): boolean {
  const program = programOf(command);
  const words = operandsOf(command);
  // `python3 -m pip install` is pip too.
  const isModule = /^python[\d.]*$/.test(program) && words[0] === "pip" && programs.includes("pip");
  if (!isModule && !programs.some((name) => program === name || (name === "pip3" && /^pip3\.\d+$/.test(program)))) return false;
  return subcommands.length === 0 || words.slice(0, 2).some((word) => subcommands.includes(word));
}

function clearsPip({ everywhere }: FixContext): boolean {
  return everywhere.some(({ rawArguments }) => /\bpip[\d.]* cache\b/.test(rawArguments));
}

/** `dnf -C install` */
function isOffline(command: ShellCommand, { programs }: CacheRule): boolean {
  return programs.includes(programOf(command)) && command.words.some(({ text }) => text === "-C" || text === "--cacheonly");
}

function flagged(commands: readonly ShellCommand[], subcommands: readonly string[], flag: string): readonly Edit[] {
  return commands.flatMap((command) => {
    if (command.words.some(({ text }) => text === flag)) return [];
    const subcommand = command.words.find(({ text }) => subcommands.includes(text))?.text;
    const edit = subcommand === undefined ? null : insertAfter(command, subcommand, flag);
    return edit === null ? [] : [edit];
  });
}

/** Only root can delete what the system's package manager left. */
function appended(context: FixContext, instruction: Instruction, command: string): readonly Edit[] {
  if (!context.isRoot(instruction)) return [];
  const edit = context.append(instruction, command);
  return edit === null ? [] : [edit];
}

function isUnder(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}

function describe(rule: string, { line }: Instruction, what: string, edits: readonly Edit[]): Omit<Fix, "savedBytes" | "changes"> {
  return { id: `${rule}:${line}`, line, what, kind: "bytes", edits, ignore: [], note: "" };
}
