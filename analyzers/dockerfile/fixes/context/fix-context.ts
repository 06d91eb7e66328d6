/** The input of the rules that make fixes: the Dockerfile, its match with an image, and the image's findings by instruction. */
import { posix } from "node:path";

import type { Analysis, Leftover, Waste } from "../../../analysis.ts";
import type { Dockerfile, Instruction } from "../../dockerfile.ts";
import type { DockerfileMatch } from "../../match.ts";
import { shellScript } from "../../shell.ts";
import type { ShellCommand, ShellScript } from "../../shell.ts";
import { appendCommand } from "../edits.ts";
import type { Edit } from "../fix.ts";
import { Claims } from "./claims.ts";
import { insistsOn, isPlainScript, lastNames, mayTouch, namesAbove, namesPath, takesAway } from "./commands.ts";
import { contextPath, contextPathOf, contextSources, copyWords, foreignSources, sourceNames } from "./copies.ts";
import { ImagePaths } from "./image-paths.ts";

export type FixAnalysis = Pick<Analysis, "leftovers" | "waste" | "secrets" | "image" | "tree" | "packages"> & {
  /** The image's manifests (`/app/package.json`) by path; unreadable ones are missing. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Shells whose scripts can be parsed here. */
const posixShell = /(?:^|\/)(?:ba|da|a|k|z|mk)?sh$/;
/** Frontends before 1.2 support neither `RUN --mount` nor `COPY --chmod`. */
const oldFrontend = /^#\s*syntax\s*=\s*\S*docker\/dockerfile:(?:1\.[01](?:\.\d+)?|1\.0-\S+)\s*$/im;

export class FixContext {
  readonly dockerfile: Dockerfile;
  readonly match: DockerfileMatch;
  readonly analysis: FixAnalysis;
  readonly paths: ImagePaths;
  readonly claims = new Claims();
  /** The instructions of the built stages, bottom up. */
  readonly instructions: readonly Instruction[];
  /** True if the image or the file shows that BuildKit builds it, so that cache and secret mounts are available. */
  readonly buildKit: boolean;
  readonly #layers = new Map<Instruction, number>();
  readonly #places = new Map<Instruction, number>();
  readonly #scripts = new Map<Instruction, ShellScript | null>();

  constructor(match: DockerfileMatch, analysis: FixAnalysis) {
    this.match = match;
    this.dockerfile = match.dockerfile;
    this.analysis = analysis;
    this.paths = new ImagePaths(analysis.tree);
    this.instructions = match.stages.flatMap(({ instructions }) => instructions);
    for (const [at, instruction] of this.instructions.entries()) this.#places.set(instruction, at);
    for (const [layer, origin] of match.layers.entries()) if (origin?.kind === "instruction") this.#layers.set(origin.instruction, layer);
    this.buildKit = this.#isBuildKit();
  }

  /** Rows of the base image do not count, because another builder may have written them. */
  #isBuildKit(): boolean {
    if (oldFrontend.test(this.dockerfile.text.slice(0, 2000))) return false;
    const own = this.analysis.image.config.history.filter((_, row) => this.match.rows[row] !== null);
    return (
      own.some(({ createdBy, comment }) => createdBy?.endsWith("# buildkit") === true || /buildkit/.test(comment ?? "")) ||
      this.instructions.some(({ flags }) => flags.some(({ name }) => name === "mount" || name === "link"))
    );
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

  /** The SHELL in effect at an instruction. If the file sets none before it, the image's config tells that of the base image. */
  #shellOf(instruction: Instruction): readonly string[] {
    const set = this.before(instruction).findLast(({ keyword }) => keyword === "SHELL");
    if (set !== undefined) return [...set.arguments.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
    const isWindows = this.analysis.image.platform.os === "windows";
    return this.analysis.image.config.container.shell ?? (isWindows ? ["cmd"] : ["/bin/sh", "-c"]);
  }

  #isPosix(instruction: Instruction): boolean {
    return posixShell.test(this.#shellOf(instruction)[0] ?? "");
  }

  /** Appends a command to a RUN; null if that is not safe. */
  append(instruction: Instruction, command: string): Edit | null {
    const errexit = this.#shellOf(instruction).some((word) => /^-\w*e\w*$|^errexit$/.test(word));
    return appendCommand(this.dockerfile, instruction, command, errexit);
  }

  /** Whether a RUN runs as root, as far as the Dockerfile shows. A user of sudo does not. */
  isRoot(instruction: Instruction): boolean {
    if (/\bsudo\b/.test(instruction.rawArguments)) return false;
    const user =
      this.before(instruction)
        .findLast(({ keyword }) => keyword === "USER")
        ?.arguments.split(":")[0] ?? this.#baseUser;
    return user === "" || user === "root" || user === "0";
  }

  /** The user of the image that FROM names, as far as known: the resulting image's USER if the Dockerfile sets none. */
  get #baseUser(): string {
    const isSet = this.instructions.some(({ keyword }) => keyword === "USER");
    return isSet ? "" : (this.analysis.image.config.container.user ?? "").split(":")[0]!;
  }

  /** True for a RUN whose commands are all known: none of them runs something not visible here, or reads a tool's cache. */
  isPlain(instruction: Instruction): boolean {
    const script = this.script(instruction);
    return script !== null && isPlainScript(script);
  }

  /** Later RUN instructions of the built stages that may use things they do not name. */
  opaqueAfter(instruction: Instruction): readonly Instruction[] {
    return this.after(instruction).filter((later) => later.keyword === "RUN" && !this.isPlain(later));
  }

  /** Whether an instruction may use a path, something in it, or a directory above it. True whenever in doubt. */
  mayTouch(instruction: Instruction, path: string): boolean {
    const { keyword, rawArguments, flags } = instruction;
    if (keyword !== "RUN") return keyword === "SHELL" || keyword === "USER" || keyword === "VOLUME" || namesPath(rawArguments, path);
    const script = this.script(instruction);
    return script === null || flags.length > 0 || mayTouch(script, rawArguments, path, this.absolute(".", instruction));
  }

  /**
   * Whether anything after a RUN fails if the content of a path is gone: `rm` without `-f`, `cp`, a COPY from the stage.
   * @param own whether the RUN's own commands count as well
   */
  isMissed(path: string, instruction: Instruction, own: boolean): boolean {
    const elsewhere = this.everywhere.filter((other) => !this.#places.has(other));
    return [...(own ? [instruction] : []), ...this.after(instruction), ...elsewhere].some((other) => {
      const script = this.script(other);
      return script === null ? other.rawArguments.includes(lastNames(path)) : insistsOn(script, path);
    });
  }

  /** Whether a RUN deletes or moves a directory or one above it: `rm -rf ~/.npm`, `go clean -modcache`. */
  takesAway(instruction: Instruction, path: string): boolean {
    const script = this.script(instruction);
    const home = /^\/(?:root|home\/[^/]+)(?=\/)/.exec(path)?.[0] ?? "/root";
    const known = new Map(this.analysis.image.config.container.env?.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]));
    const expand = (word: string): string =>
      word.replace(/^~(?=\/|$)/, home).replace(/\$\{?(\w+)\}?/g, (_, name: string) => known.get(name) ?? (name === "HOME" ? home : "?"));
    return script === null || takesAway(script, path, this.absolute(".", instruction), expand);
  }

  /** Whether a RUN names a directory above the path. */
  namesAbove(instruction: Instruction, path: string): boolean {
    const script = this.script(instruction);
    return script === null || namesAbove(script, path, this.absolute(".", instruction));
  }

  /** What the container starts, as far as the Dockerfile or the image tells. */
  get started(): string {
    const { entrypoint, cmd } = this.analysis.image.config.container;
    return [...(entrypoint ?? []), ...(cmd ?? [])].join(" ");
  }

  /** Every instruction of the file, built or not. */
  get everywhere(): readonly Instruction[] {
    return this.dockerfile.stages.flatMap(({ instructions }) => instructions);
  }

  /** Whether a COPY, ADD or mount takes the path from a stage or image, so that its content is needed. */
  isCopiedFrom(path: string): boolean {
    const near = (source: string): boolean => `${path}/`.startsWith(`${source}/`) || `${source}/`.startsWith(`${path}/`);
    return this.everywhere.some((instruction) =>
      // A pattern may match anything in its directory.
      foreignSources(instruction, this.dockerfile).some(
        (source) => source.includes("$") || near(`/${contextPath(source.replace(/[^/]*[*?[].*$/, ""))}`.replace(/\/$/, "")),
      ),
    );
  }

  /** Whether an instruction other than `copy` names this context path, or something in it. */
  isNamedSource(path: string, copy: Instruction): boolean {
    return this.everywhere.some(
      (instruction) =>
        instruction !== copy && contextSources(instruction, this.dockerfile).some((source) => sourceNames(contextPath(source), path)),
    );
  }

  /** Leftovers in the instruction's layer that are not claimed yet. */
  leftovers(instruction: Instruction, fits: (leftover: Leftover) => boolean): readonly Leftover[] {
    const layer = this.layerOf(instruction);
    return layer === null
      ? []
      : this.analysis.leftovers.filter((leftover) => leftover.layer === layer && this.claims.isFree(leftover) && fits(leftover));
  }

  /** Wasted bytes in the instruction's layer that are not claimed yet. */
  waste(instruction: Instruction, fits: (waste: Waste) => boolean): readonly Waste[] {
    const layer = this.layerOf(instruction);
    return layer === null ? [] : this.analysis.waste.filter((waste) => waste.layer === layer && this.claims.isFree(waste) && fits(waste));
  }

  /** The target of a COPY or ADD: an absolute path without trailing slash; null if variables make it unknown. */
  targetOf(copy: Instruction): string | null {
    const target = copyWords(copy, this.dockerfile).at(-1);
    return target === undefined || target.includes("$") ? null : this.absolute(target, copy);
  }

  /** A path as the instruction sees it: a relative one starts at the WORKDIR in effect. */
  absolute(path: string, at: Instruction): string {
    if (path.startsWith("/")) return posix.normalize(path).replace(/(?<=.)\/$/, "");
    const before = this.before(at).filter(({ keyword }) => keyword === "WORKDIR");
    const directory = before.reduce((current, { arguments: to }) => posix.resolve(current, to), "/");
    return posix.resolve(directory, path);
  }

  /** The context path from which this COPY took a path of the image; null if unknown. */
  contextPathOf(copy: Instruction, path: string): string | null {
    return contextPathOf(copy, this.targetOf(copy), path, this.dockerfile);
  }

  copiesWholeContext(copy: Instruction): boolean {
    const sources = copyWords(copy, this.dockerfile).slice(0, -1);
    return copy.heredocs.length === 0 && sources.length === 1 && /^(?:\.|\.\/|\/)$/.test(sources[0]!);
  }

  before(instruction: Instruction): readonly Instruction[] {
    return this.instructions.slice(0, this.#places.get(instruction) ?? 0);
  }

  after(instruction: Instruction): readonly Instruction[] {
    return this.instructions.slice((this.#places.get(instruction) ?? -1) + 1);
  }

  between(first: Instruction, last: Instruction): readonly Instruction[] {
    return this.instructions.slice(this.#places.get(first)! + 1, this.#places.get(last));
  }

  /** True if another stage of the file, outside the built ones, is built on this instruction's stage. */
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
