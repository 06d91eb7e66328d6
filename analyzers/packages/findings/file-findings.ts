/** Single files that no running image needs, judged by their names and by what ELF files say about themselves. */
import { packageFileRules } from "../../leftovers/rules/package-files.ts";
import type { PackageFileRule } from "../../leftovers/rules/package-files.ts";
import type { LiveFile } from "../../../src/filesystem/live-files.ts";
import type { PackageRule } from "../model.ts";
import type { BinaryFacts } from "../evidence/kept-file.ts";

export type FileRule = Extract<PackageRule, "static-libraries" | "debug-files" | "source-maps" | "test-directories">;

export interface FileKind {
  readonly rule: FileRule;
  readonly title: string;
  readonly advice: string;
}

/** The same rules that `optimize --drop` uses, so that both mean the same files. */
const byId = new Map(packageFileRules.map((rule) => [rule.id, rule]));
const staticLibraries = byId.get("static-libraries")!;
const sourceMaps = byId.get("source-maps")!;
const testDirectories = byId.get("test-directories")!;

export const fileKinds: Readonly<Record<FileRule, FileKind>> = {
  "static-libraries": kindOf("static-libraries", staticLibraries),
  "debug-files": {
    rule: "debug-files",
    title: "separate debug information",
    advice: "leave it out of the image: debuggers can fetch it, or use a debug image beside this one",
  },
  "source-maps": kindOf("source-maps", sourceMaps),
  "test-directories": kindOf("test-directories", testDirectories),
};

function kindOf(rule: FileRule, { title, remedies }: PackageFileRule): FileKind {
  return { rule, title, advice: remedies[0]!.advice };
}

/** Composer's `vendor` is a name that others use too, so its tests are only reported, with its packages, and never dropped. */
const testsOfComposer = /(?:^|\/)vendor\/[^/]+\/[^/]+\/(?:.*\/)?tests?\//;

/** True if all files in this directory (with its slash, "" for the root) are tests or examples, given that a language package owns them. */
export function isTestDirectory(directory: string): boolean {
  return fits(testDirectories, directory) || testsOfComposer.test(directory);
}

/** The rule that applies to a live file; null for most. `isTest`: a package of npm, Python, Ruby or PHP owns it, among its tests. */
export function fileRuleOf(
  file: Pick<LiveFile, "name" | "directory" | "path">,
  elf: BinaryFacts | undefined,
  isTest: boolean,
): FileRule | null {
  const { name } = file;
  if (name.endsWith(".a") || name.endsWith(".la")) return fits(staticLibraries, file.path) ? "static-libraries" : null;
  if (file.directory.startsWith("usr/lib/debug/") || elf?.isSeparateDebug === true) return "debug-files";
  if (name.endsWith(".map") && fits(sourceMaps, file.path)) return "source-maps";
  return isTest ? "test-directories" : null;
}

function fits({ pattern, keep }: PackageFileRule, path: string): boolean {
  return pattern.test(path) && keep?.test(path) !== true;
}
