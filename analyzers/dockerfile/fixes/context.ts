/** What the rules that make fixes look at: the Dockerfile, its match with an image, and the image's findings by instruction. */
import { posix } from "node:path";

import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { Analysis, Leftover, Waste } from "../../analysis.ts";
import type { Dockerfile, Instruction } from "../dockerfile.ts";
import type { DockerfileMatch } from "../match.ts";
import { programOf, shellScript } from "../shell.ts";
import type { ShellCommand, ShellScript } from "../shell.ts";
import { splitWords } from "../variables.ts";

export type FixAnalysis = Pick<Analysis, "leftovers" | "waste" | "secrets" | "image" | "tree" | "packages"> & {
  /** Manifests of the image (`/app/package.json`) by path; those that could not be read are not in it. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Shells whose scripts are read here. */
const posixShell = /(?:^|\/)(?:ba|da|a|k|z|mk)?sh$/;

export class FixContext {
  readonly dockerfile: Dockerfile;
  readonly match: DockerfileMatch;
  readonly analysis: FixAnalysis;
  /** The instructions of the stages that were built, bottom up. */
  readonly instructions: readonly Instruction[];
  /** True where the image or the file shows that BuildKit builds it: cache and secret mounts are there. */
  readonly buildKit: boolean;
  readonly #layers = new Map<Instruction, number>();
  readonly #scripts = new Map<Instruction, ShellScript | null>();
  /** Bytes count for the first fix that saves them. */
  readonly #claimed = new Set<Leftover | Waste>();
  readonly #claimedFiles = new Set<string>();

  constructor(match: DockerfileMatch, analysis: FixAnalysis) {
    this.match = match;
    this.dockerfile = match.dockerfile;
    this.analysis = analysis;
    this.instructions = match.stages.flatMap(({ instructions }) => instructions);
    for (const [layer, origin] of match.layers.entries()) if (origin?.kind === "instruction") this.#layers.set(origin.instruction, layer);
    this.buildKit =
      analysis.image.config.history.some(
        ({ createdBy, comment }) => createdBy?.endsWith("# buildkit") === true || /buildkit/.test(comment ?? ""),
      ) ||
      /^#\s*syntax\s*=/im.test(this.dockerfile.text.slice(0, 2000)) ||
      this.instructions.some(({ flags }) => flags.some(({ name }) => name === "mount" || name === "link"));
  }

  layerOf(instruction: Instruction): number | null {
    return this.#layers.get(instruction) ?? null;
  }

  script(instruction: Instruction): ShellScript | null {
    let script = this.#scripts.get(instruction);
    if (script === undefined) {
      script = this.#isPosix(instruction) ? shellScript(this.dockerfile, instruction) : null;
      this.#scripts.set(instruction, script);
    }
    return script;
  }

  commands(instruction: Instruction): readonly ShellCommand[] {
    return this.script(instruction)?.commands ?? [];
  }

  /** Whether SHELL, as it holds at the instruction, is one of Unix. */
  #isPosix(instruction: Instruction): boolean {
    const shell = this.instructions.findLast(({ keyword, start }) => keyword === "SHELL" && start < instruction.start);
    if (shell === undefined) return this.analysis.image.platform.os !== "windows";
    return posixShell.test(/^\[\s*"([^"]*)"/.exec(shell.arguments)?.[1] ?? "");
  }

  /** Who a RUN runs as, as far as the Dockerfile says. */
  isRoot(instruction: Instruction): boolean {
    const before = this.instructions.slice(0, this.instructions.indexOf(instruction));
    const user = before.findLast(({ keyword }) => keyword === "USER")?.arguments.split(":")[0] ?? this.#baseUser;
    return user === "" || user === "root" || user === "0";
  }

  /** Who the image that FROM names runs as, as far as it can be told: the result's USER where the Dockerfile sets none. */
  get #baseUser(): string {
    const isSet = this.instructions.some(({ keyword }) => keyword === "USER");
    return isSet ? "" : (this.analysis.image.config.container.user ?? "").split(":")[0]!;
  }

  /** True for a RUN of which every command is known to use nothing but what it names. */
  isPlain(instruction: Instruction): boolean {
    const script = this.script(instruction);
    return script !== null && script.commands.every((command) => command.words.length === 0 || plainPrograms.has(programOf(command)));
  }

  /** RUN instructions after this one, up to the image, that may use what they do not name. */
  opaqueAfter(instruction: Instruction): readonly Instruction[] {
    return this.after(instruction).filter((later) => later.keyword === "RUN" && !this.isPlain(later));
  }

  /** What the container starts, as far as the Dockerfile or the image says. */
  get started(): string {
    const { entrypoint, cmd } = this.analysis.image.config.container;
    return [...(entrypoint ?? []), ...(cmd ?? [])].join(" ");
  }

  /** Every instruction of the file, built or not. */
  get everywhere(): readonly Instruction[] {
    return this.dockerfile.stages.flatMap(({ instructions }) => instructions);
  }

  /** Whether a COPY, an ADD or a mount takes the path out of a stage or an image: what lies there is needed. */
  isCopiedFrom(path: string): boolean {
    const near = (source: string): boolean => `${path}/`.startsWith(`${source}/`) || `${source}/`.startsWith(`${path}/`);
    return this.everywhere.some((instruction) => {
      const mounts = instruction.flags.flatMap(({ name, value }) => (name === "mount" && value?.includes("from=") ? [value] : []));
      const isFrom = instruction.flags.some(({ name }) => name === "from");
      const sources = isFrom ? this.sourcesOf(instruction) : [];
      return (
        mounts.some((mount) => near(cleaned(/(?:^|,)(?:source|src)=([^,]*)/.exec(mount)?.[1] ?? "/"))) ||
        sources.some((source) => source.includes("$") || near(cleaned(source)))
      );
    });
  }

  /** What a COPY or ADD copies, as written. */
  sourcesOf(copy: Instruction): readonly string[] {
    const words = copy.arguments.startsWith("[")
      ? [...copy.arguments.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!)
      : splitWords(copy.arguments, this.dockerfile.escape);
    return words.slice(0, -1);
  }

  /** Whether another instruction than `copy` names the path of the context, or something in it. */
  isNamedSource(path: string, copy: Instruction): boolean {
    return this.everywhere.some((instruction) => {
      if (instruction === copy) return false;
      const mounts = instruction.flags.flatMap(({ name, value }) =>
        name === "mount" && !(value ?? "").includes("from=") ? [/(?:^|,)(?:source|src)=([^,]*)/.exec(value ?? "")?.[1] ?? ""] : [],
      );
      const copies = (instruction.keyword === "COPY" || instruction.keyword === "ADD") && instruction.heredocs.length === 0;
      const isFrom = instruction.flags.some(({ name }) => name === "from");
      return [...mounts, ...(copies && !isFrom ? this.sourcesOf(instruction) : [])].some((source) => names(cleaned(source), path));
    });
  }

  /** Leftovers that the instruction's layer brought and that nobody has claimed yet. */
  leftovers(instruction: Instruction, fits: (leftover: Leftover) => boolean): readonly Leftover[] {
    const layer = this.layerOf(instruction);
    return layer === null
      ? []
      : this.analysis.leftovers.filter((leftover) => leftover.layer === layer && !this.#claimed.has(leftover) && fits(leftover));
  }

  /** Bytes that the instruction's layer stored for nothing, and that nobody has claimed yet. */
  waste(instruction: Instruction, fits: (waste: Waste) => boolean): readonly Waste[] {
    const layer = this.layerOf(instruction);
    return layer === null ? [] : this.analysis.waste.filter((waste) => waste.layer === layer && !this.#claimed.has(waste) && fits(waste));
  }

  /** Counts the findings for the fix that is being made: no later one may save them again. Returns their bytes. */
  claim(findings: readonly (Leftover | Waste)[]): number {
    let bytes = 0;
    for (const finding of findings) {
      if (this.#claimed.has(finding)) continue;
      this.#claimed.add(finding);
      bytes += finding.bytes;
    }
    return bytes;
  }

  /** Where a COPY or ADD puts things: an absolute path without trailing slash; null where variables keep it from being known. */
  targetOf(copy: Instruction): string | null {
    const list = copy.arguments.startsWith("[")
      ? /"((?:[^"\\]|\\.)*)"\s*\]$/.exec(copy.arguments)?.[1]
      : splitWords(copy.arguments, this.dockerfile.escape).at(-1);
    return list === undefined || list.includes("$") ? null : this.absolute(list, copy);
  }

  /** A path as the instruction sees it: relative ones start at the WORKDIR that holds there. */
  absolute(path: string, at: Instruction): string {
    if (path.startsWith("/")) return posix.normalize(path).replace(/(?<=.)\/$/, "");
    const before = this.instructions.slice(0, this.instructions.indexOf(at)).filter(({ keyword }) => keyword === "WORKDIR");
    const directory = before.reduce((current, { arguments: to }) => posix.resolve(current, to), "/");
    return posix.resolve(directory, path);
  }

  /**
   * Which path of the context a path of the image came from by this COPY; null where that cannot be told: several sources, patterns,
   * heredocs, another stage.
   */
  contextPathOf(copy: Instruction, path: string): string | null {
    const target = this.targetOf(copy);
    const [source, ...more] = this.sourcesOf(copy);
    if (target === null || source === undefined || more.length > 0 || copy.heredocs.length > 0 || /[*?[$]/.test(source)) return null;
    if (copy.flags.some(({ name }) => name === "from" || name === "parents" || name === "exclude")) return null;
    const root = target === "/" ? "" : target;
    if (!path.startsWith(`${root}/`) || /^https?:|^git@/.test(source)) return null;
    const from = cleaned(source);
    return `${from === "" ? "" : `${from}/`}${path.slice(root.length + 1)}`;
  }

  copiesWholeContext(copy: Instruction): boolean {
    const sources = this.sourcesOf(copy);
    return copy.heredocs.length === 0 && sources.length === 1 && /^(?:\.|\.\/|\/)$/.test(sources[0]!);
  }

  /** Whether a layer's file is still to be seen in a directory. */
  holdsLayer(directory: string, layer: number): boolean {
    const waiting = [this.#node(directory)];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null) continue;
      if (node.inode.layer === layer && node.inode.type !== EntryType.directory) return true;
      waiting.push(...(node.children?.values() ?? []));
    }
    return false;
  }

  /** Layers whose files are to be seen in a directory. */
  layersIn(directory: string): ReadonlySet<number> {
    const layers = new Set<number>();
    const waiting = [this.#node(directory)];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null) continue;
      if (node.inode.type !== EntryType.directory) layers.add(node.inode.layer);
      waiting.push(...(node.children?.values() ?? []));
    }
    return layers;
  }

  isFile(path: string): boolean {
    return this.#node(path)?.inode?.type === EntryType.file;
  }

  /** Whether a file of this name lies deeper in the directory, dependencies aside. */
  holdsAnother(directory: string, name: string): boolean {
    const waiting = [...(this.#node(directory)?.children?.values() ?? [])];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null || node.name === "node_modules" || node.name === "vendor") continue;
      if (node.children?.get(name)?.inode?.type === EntryType.file) return true;
      waiting.push(...(node.children?.values() ?? []));
    }
    return false;
  }

  /** Absolute paths of all that a layer states, whiteouts aside. */
  pathsOf(layer: number): readonly string[] {
    const catalog = this.analysis.tree.catalogs[layer];
    if (catalog === undefined) return [];
    return Array.from({ length: catalog.length }, (_, entry) => posix.normalize(`/${catalog.path(entry)}`).replace(/(?<=.)\/$/, "")).filter(
      // Parents stand in a layer because what lies in them changed.
      (path) => !posix.basename(path).startsWith(".wh.") && this.#changes(path, layer),
    );
  }

  /** Whether a layer changed a path, and does not only name it on the way to another. */
  #changes(path: string, layer: number): boolean {
    const node = this.#node(path);
    const version = node?.at(layer);
    const before = node?.at(layer - 1);
    if (version?.inode?.type !== EntryType.directory || before?.inode?.type !== EntryType.directory) return true;
    const [now, then] = [version, before].map(({ inode }) =>
      inode === null || inode.entry < 0 ? null : this.analysis.tree.catalogs[inode.layer]!.entry(inode.entry),
    );
    return (now?.uid ?? 0) !== (then?.uid ?? 0) || (now?.gid ?? 0) !== (then?.gid ?? 0) || (now?.mode ?? 0o755) !== (then?.mode ?? 0o755);
  }

  /** The layer that had stated a path before this one; null for none. */
  layerBefore(path: string, layer: number): number | null {
    return this.#node(path)?.at(layer - 1)?.layer ?? null;
  }

  #node(path: string): FileNode | undefined {
    let node: FileNode | undefined = this.analysis.tree.root;
    for (const name of path.split("/")) if (name !== "") node = node?.children?.get(name);
    return node;
  }

  /** Content bytes of a file of the final tree that this layer stored; 0 when it did not, or it is gone. */
  liveBytes(path: string, layer: number): number {
    const inode = this.#node(path)?.inode;
    return inode === null || inode === undefined || inode.layer !== layer || inode.type !== EntryType.file ? 0 : inode.bytes;
  }

  /** As `claim`, for files that no finding names. */
  claimBytes(files: readonly { readonly file: string; readonly bytes: number }[]): number {
    let sum = 0;
    for (const { file, bytes } of files) {
      if (this.#claimedFiles.has(file)) continue;
      this.#claimedFiles.add(file);
      sum += bytes;
    }
    return sum;
  }

  /** Instructions of the built stages that come after this one. */
  after(instruction: Instruction): readonly Instruction[] {
    return this.instructions.slice(this.instructions.indexOf(instruction) + 1);
  }

  /** True when anything else in the file, of whatever stage, uses what this instruction's stage holds. */
  isBuiltUpon(instruction: Instruction): boolean {
    const stage = instruction.stage;
    return (
      stage !== null &&
      this.dockerfile.stages.some(
        ({ parent, index }) => parent?.index === stage && !this.match.stages.some((built) => built.index === index),
      )
    );
  }
}

/** A path of the context without `./` in front and slashes behind; "" for all of it. */
function cleaned(source: string): string {
  return posix
    .normalize(source)
    .replace(/^(?:\.?\/)+(?=[^/])|^\.?\/?$/, "")
    .replace(/\/+$/, "");
}

/** Whether a source of a COPY is the path, lies in it, or is a pattern that fits it. */
function names(source: string, path: string): boolean {
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

/** They use what their words name, and nothing that lies elsewhere. */
const plainPrograms = new Set(
  (
    "echo printf mkdir rm rmdir ln chmod chown chgrp cp mv touch cat sed awk grep head tail sort tr cut tee xargs find adduser addgroup useradd groupadd usermod " +
    "apt-get apt apt-key apt-mark aptitude apk dnf yum microdnf zypper dpkg rpm true : cd set export unset test [ mktemp sleep date env id whoami ls " +
    "update-ca-certificates ldconfig locale-gen localedef dpkg-reconfigure curl wget gpg sha256sum sha512sum md5sum tar unzip uname"
  ).split(" "),
);
