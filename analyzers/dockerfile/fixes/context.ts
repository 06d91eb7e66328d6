/** What the rules that make fixes look at: the Dockerfile, its match with an image, and the image's findings by instruction. */
import { posix } from "node:path";

import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { Analysis, Leftover, Waste } from "../../analysis.ts";
import type { Dockerfile, Instruction } from "../dockerfile.ts";
import type { DockerfileMatch } from "../match.ts";
import { shellScript } from "../shell.ts";
import type { ShellCommand, ShellScript } from "../shell.ts";
import { splitWords } from "../variables.ts";

export type FixAnalysis = Pick<Analysis, "leftovers" | "waste" | "secrets" | "image" | "tree">;

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
    if (script === undefined) this.#scripts.set(instruction, (script = shellScript(this.dockerfile, instruction)));
    return script;
  }

  commands(instruction: Instruction): readonly ShellCommand[] {
    return this.script(instruction)?.commands ?? [];
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
      ? copy.arguments.match(/"((?:[^"\\]|\\.)*)"\s*\]$/)?.[1]
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

  /** `COPY . /app`: sources are directories of the context. */
  copiesDirectory(copy: Instruction): boolean {
    const sources = splitWords(copy.arguments, this.dockerfile.escape).slice(0, -1);
    return copy.heredocs.length === 0 && sources.some((source) => /(?:^|\/)\.?\/?$/.test(source));
  }

  copiesWholeContext(copy: Instruction): boolean {
    const sources = splitWords(copy.arguments, this.dockerfile.escape).slice(0, -1);
    return copy.heredocs.length === 0 && sources.length === 1 && /^(?:\.|\.\/|\/)$/.test(sources[0]!);
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

  /** Who the image that FROM names runs as, as far as it can be told: the result's USER where the Dockerfile sets none. */
  get baseUser(): string {
    return this.instructions.some(({ keyword }) => keyword === "USER")
      ? ""
      : (this.analysis.image.config.container.user ?? "").split(":")[0]!;
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
