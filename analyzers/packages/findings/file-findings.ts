/** Which single files no running image needs, by their names and by what ELF files say of themselves. */
import type { PackageRule } from "../model.ts";
import type { BinaryFacts } from "../evidence/kept-file.ts";

export type FileRule = Extract<PackageRule, "static-libraries" | "debug-files" | "source-maps" | "test-directories">;

export interface FileKind {
  readonly rule: FileRule;
  readonly title: string;
  readonly advice: string;
}

export const fileKinds: Readonly<Record<FileRule, FileKind>> = {
  "static-libraries": {
    rule: "static-libraries",
    title: "static and libtool archives",
    advice: "only linking needs them: link in an earlier stage, or remove *.a and *.la in the RUN that brings them",
  },
  "debug-files": {
    rule: "debug-files",
    title: "separate debug information",
    advice: "leave it out of the image: debuggers can fetch it, or use a debug image beside this one",
  },
  "source-maps": {
    rule: "source-maps",
    title: "source maps",
    advice: "build without them, or upload them to your error tracker and leave them out",
  },
  "test-directories": {
    rule: "test-directories",
    title: "tests and examples of installed packages",
    advice: "remove them in the RUN that installs the packages",
  },
};

const testDirectory = /\/(?:tests?|__tests__|spec|examples?|benchmarks?)\//;
/** A directory of that name that is itself a package is what someone wanted to use. */
const packageOfThatName = /(?:^|\/)(?:node_modules(?:\/@[^/]+)?|site-packages|dist-packages)\/(?:tests?|spec|examples?|benchmarks?)\//;

/** The rule a live file falls under; null for most. `isOfLanguage`: a package of npm, Python, Ruby or PHP owns it. */
export function fileRuleOf(path: string, name: string, elf: BinaryFacts | null, isOfLanguage: boolean): FileRule | null {
  if (name.endsWith(".a") || name.endsWith(".la")) return path.includes("/lib") || path.startsWith("lib") ? "static-libraries" : null;
  if (path.startsWith("usr/lib/debug/") || elf?.isSeparateDebug === true) return "debug-files";
  if (/\.(?:[cm]?js|css|ts)\.map$/.test(name)) return "source-maps";
  return isOfLanguage && testDirectory.test(path) && !packageOfThatName.test(path) ? "test-directories" : null;
}
