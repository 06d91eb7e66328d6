/** What COPY and ADD take from where, and which paths of the build context a Dockerfile names. */
import { posix } from "node:path";

import type { Dockerfile, Instruction } from "../../dockerfile.ts";
import { splitWords } from "../../variables.ts";

/** The sources of a COPY or ADD followed by its target, as written. */
export function copyWords(copy: Instruction, { escape }: Pick<Dockerfile, "escape">): readonly string[] {
  return copy.arguments.startsWith("[")
    ? [...copy.arguments.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)
    : splitWords(copy.arguments, escape);
}

/** A path in the build context, without leading `./` and trailing slashes; "" for the whole context. */
export function contextPath(source: string): string {
  return posix
    .normalize(source)
    .replace(/^(?:\.?\/)+(?=[^/])|^\.?\/?$/, "")
    .replace(/\/+$/, "");
}

/** The context paths that an instruction names: sources of COPY, ADD and mounts. */
export function contextSources(instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  const mounts = instruction.flags.flatMap(({ name, value }) =>
    name === "mount" && !(value ?? "").includes("from=") ? [/(?:^|,)(?:source|src)=([^,]*)/.exec(value ?? "")?.[1] ?? ""] : [],
  );
  const copies = (instruction.keyword === "COPY" || instruction.keyword === "ADD") && instruction.heredocs.length === 0;
  const isFrom = instruction.flags.some(({ name }) => name === "from");
  return [...mounts, ...(copies && !isFrom ? copyWords(instruction, dockerfile).slice(0, -1) : [])];
}

/** Whether a source of a COPY is the path, lies in it, or is a pattern that matches it. */
export function sourceNames(source: string, path: string): boolean {
  if (source === path || source.startsWith(`${path}/`)) return true;
  if (!/[*?[$]/.test(source)) return false;
  const fixed = source.replace(/[*?[$].*$/, "");
  if (source.includes("$")) return fixed !== "" && (path.startsWith(fixed) || fixed.startsWith(`${path}/`));
  const pattern = source.split("/").map(
    (part) =>
      new RegExp(
        `^${part
          .replaceAll(/[\\^$+.()|{}]/g, "\\$&")
          .replaceAll("?", "[^/]")
          .replaceAll(/\*+/g, "[^/]*")}$`,
      ),
  );
  return path.split("/").every((part, at) => pattern[at]?.test(part) ?? false);
}

/** Paths that an instruction takes from other stages and images: sources of `COPY --from` and of mounts. */
export function foreignSources(instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  const mounts = instruction.flags.flatMap(({ name, value }) => (name === "mount" && value?.includes("from=") === true ? [value] : []));
  const isFrom = instruction.flags.some(({ name }) => name === "from");
  return [
    ...mounts.map((mount) => /(?:^|,)(?:source|src)=([^,]*)/.exec(mount)?.[1] ?? "/"),
    ...(isFrom ? copyWords(instruction, dockerfile).slice(0, -1) : []),
  ];
}

const archive = /\.(?:tar|tgz|tbz2?|txz|gz|bz2|xz|zst)$/i;

/**
 * The context path from which this COPY or ADD into `target` took a path of the image. Null if unknown: several sources, patterns,
 * heredocs, another stage, an unpacked archive.
 */
export function contextPathOf(copy: Instruction, target: string | null, path: string, dockerfile: Dockerfile): string | null {
  const [source, ...more] = copyWords(copy, dockerfile).slice(0, -1);
  if (target === null || source === undefined || more.length > 0 || copy.heredocs.length > 0 || /[*?[$]/.test(source)) return null;
  if (copy.flags.some(({ name }) => name === "from" || name === "parents" || name === "exclude")) return null;
  if (copy.keyword === "ADD" && archive.test(source)) return null;
  const root = target === "/" ? "" : target;
  if (!path.startsWith(`${root}/`) || /^https?:|^git@/.test(source)) return null;
  const from = contextPath(source);
  return `${from === "" ? "" : `${from}/`}${path.slice(root.length + 1)}`;
}
