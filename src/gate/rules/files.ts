/** Which files the image has, and what they allow. */
import { metadataOf } from "../../filesystem/compare.ts";
import { liveNodes } from "../../filesystem/live-files.ts";
import type { Inode } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import { formatCount } from "../../terminal/format-bytes.ts";
import type { Rule, RuleContext } from "../rule.ts";
import type { Evidence } from "../verdict.ts";
import { pathGlob } from "./path-globs.ts";

const setIds = 0o6000;
const sticky = 0o1000;
const writableByAll = 0o002;

export const fileRules = {
  "forbidden-paths": {
    title: "Forbidden paths",
    meaning: "Paths of the final filesystem that match one of the globs.",
    fix: "remove them in the RUN that makes them, or list them in .dockerignore",
    example: '["/root/.ssh/**", "**/.git"]',
    measure(context, threshold) {
      const forbidden = globs(threshold).map((text) => pathGlob(text, context.analysis.tree));
      const evidence: Evidence[] = [];
      for (const { path: name, inode } of liveNodes(context.analysis.tree)) {
        if (!forbidden.some((glob) => glob.matches(name))) continue;
        const path = displayPath(name);
        if (context.ignored({ path })) continue;
        evidence.push({ message: "this path is forbidden", path, layer: inode.layer, bytes: inode.bytes });
      }
      return { value: evidence.length, text: `${formatCount(evidence.length)} found`, evidence };
    },
    breaks: ({ value }) => value > 0,
  },
  "required-paths": {
    title: "Required paths",
    meaning: "Paths or globs of which each must match something in the final filesystem.",
    fix: "add what is missing, or correct the glob",
    example: '["/etc/ssl/certs/**"]',
    measure(context, threshold) {
      const missing = new Set(globs(threshold).map((text) => pathGlob(text, context.analysis.tree)));
      for (const { path: name } of liveNodes(context.analysis.tree)) {
        if (missing.size === 0) break;
        for (const glob of missing) if (glob.matches(name)) missing.delete(glob);
      }
      const absent = [...missing].map(({ text }) => text).filter((glob) => !context.ignored({ path: glob }));
      return {
        value: absent.length,
        text: `${absent.length} missing`,
        evidence: absent.map((glob) => ({ message: `nothing matches ${glob}` })),
      };
    },
    breaks: ({ value }) => value > 0,
  },
  "setuid-files": {
    title: "Setuid and setgid files",
    meaning: "Regular files that run with the rights of their owner or group. Few images need any.",
    fix: "chmod a-s in the RUN that installs them, or ignore the ones you need by path",
    example: "0",
    measure: (context) =>
      modeOffenders(context, "runs with its owner's rights", ({ type }, mode) => type === EntryType.file && (mode & setIds) !== 0),
  },
  "world-writable": {
    title: "World-writable files",
    meaning: "Files anyone may change, and directories anyone may put files into that are not sticky.",
    fix: "chmod o-w, or COPY --chmod",
    example: "0",
    measure: (context) =>
      modeOffenders(context, "anyone may write to it", ({ type }, mode) => {
        if ((mode & writableByAll) === 0) return false;
        return type === EntryType.file || (type === EntryType.directory && (mode & sticky) === 0);
      }),
  },
} satisfies Record<string, Rule>;

function globs(threshold: unknown): readonly string[] {
  return Array.isArray(threshold) ? (threshold as string[]) : [];
}

function modeOffenders(
  context: RuleContext,
  message: string,
  offends: (inode: Inode, mode: number) => boolean,
): { value: number; evidence: Evidence[] } {
  const { tree } = context.analysis;
  const evidence: Evidence[] = [];
  for (const { path: name, inode } of liveNodes(tree)) {
    const { mode } = metadataOf(tree.catalogs, inode);
    if (!offends(inode, mode)) continue;
    const path = displayPath(name);
    if (!context.ignored({ path }))
      evidence.push({ message: `${message} (mode ${mode.toString(8).padStart(4, "0")})`, path, layer: inode.layer });
  }
  return { value: evidence.length, evidence };
}
