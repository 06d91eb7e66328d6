/** What the rules that make fixes look at: the Dockerfile, its match with an image, and the image's findings by instruction. */
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
  /** Manifests of the image (`/app/package.json`) by path; those that could not be read are not in it. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Shells whose scripts are read here. */
const posixShell = /(?:^|\/)(?:ba|da|a|k|z|mk)?sh$/;
/** Frontends before 1.2 know neither `RUN --mount` nor `COPY --chmod`. */
const oldFrontend = /^#\s*syntax\s*=\s*\S*docker\/dockerfile:(?:1\.[01](?:\.\d+)?|1\.0-\S+)\s*$/im;

export class FixContext {
  readonly dockerfile: Dockerfile;
  readonly match: DockerfileMatch;
  readonly analysis: FixAnalysis;
  readonly paths: ImagePaths;
  readonly claims = new Claims();
  /** The instructions of the stages that were built, bottom up. */
  readonly instructions: readonly Instruction[];
  /** True where the image or the file shows that BuildKit builds it: cache and secret mounts are there. */
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

  /** Rows of the base image do not count: another builder wrote those. */
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

  /** SHELL as it holds at an instruction; of the base image, where the file sets none before it, what the result says. */
  #shellOf(instruction: Instruction): readonly string[] {
    const set = this.before(instruction).findLast(({ keyword }) => keyword === "SHELL");
    if (set !== undefined) return [...set.arguments.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
    const isWindows = this.analysis.image.platform.os === "windows";
    return this.analysis.image.config.container.shell ?? (isWindows ? ["cmd"] : ["/bin/sh", "-c"]);
  }

  #isPosix(instruction: Instruction): boolean {
    return posixShell.test(this.#shellOf(instruction)[0] ?? "");
  }

  /** Adds a command to a RUN's end; null where that cannot be done safely. */
  append(instruction: Instruction, command: string): Edit | null {
    const errexit = this.#shellOf(instruction).some((word) => /^-\w*e\w*$|^errexit$/.test(word));
    return appendCommand(this.dockerfile, instruction, command, errexit);
  }

  /** Who a RUN runs as, as far as the Dockerfile says. Whoever needs sudo is not root. */
  isRoot(instruction: Instruction): boolean {
    if (/\bsudo\b/.test(instruction.rawArguments)) return false;
    const user =
      this.before(instruction)
        .findLast(({ keyword }) => keyword === "USER")
        ?.arguments.split(":")[0] ?? this.#baseUser;
    return user === "" || user === "root" || user === "0";
  }

  /** Who the image that FROM names runs as, as far as it can be told: the result's USER where the Dockerfile sets none. */
  get #baseUser(): string {
    const isSet = this.instructions.some(({ keyword }) => keyword === "USER");
    return isSet ? "" : (this.analysis.image.config.container.user ?? "").split(":")[0]!;
  }

  /** True for a RUN of which every command is known: none of them runs what cannot be seen here, or reads a tool's cache. */
  isPlain(instruction: Instruction): boolean {
    const script = this.script(instruction);
    return script !== null && isPlainScript(script);
  }

  /** RUN instructions after this one, up to the image, that may use what they do not name. */
  opaqueAfter(instruction: Instruction): readonly Instruction[] {
    return this.after(instruction).filter((later) => later.keyword === "RUN" && !this.isPlain(later));
  }

  /** Whether an instruction may use a path, what lies in it, or what it lies in. True wherever that cannot be told. */
  mayTouch(instruction: Instruction, path: string): boolean {
    const { keyword, rawArguments, flags } = instruction;
    if (keyword !== "RUN") return keyword === "SHELL" || keyword === "USER" || keyword === "VOLUME" || namesPath(rawArguments, path);
    const script = this.script(instruction);
    return script === null || flags.length > 0 || mayTouch(script, rawArguments, path, this.absolute(".", instruction));
  }

  /**
   * Whether something behind a RUN goes wrong when what lies below a path is gone: `rm` without `-f`, `cp`, a COPY out of the stage.
   * @param own the RUN's own commands count as well
   */
  isMissed(path: string, instruction: Instruction, own: boolean): boolean {
    const elsewhere = this.everywhere.filter((other) => !this.#places.has(other));
    return [...(own ? [instruction] : []), ...this.after(instruction), ...elsewhere].some((other) => {
      const script = this.script(other);
      return script === null ? other.rawArguments.includes(lastNames(path)) : insistsOn(script, path);
    });
  }

  /** Whether a RUN deletes or moves a directory, or one that it lies in: `rm -rf ~/.npm`, `go clean -modcache`. */
  takesAway(instruction: Instruction, path: string): boolean {
    const script = this.script(instruction);
    const home = /^\/(?:root|home\/[^/]+)(?=\/)/.exec(path)?.[0] ?? "/root";
    const known = new Map(this.analysis.image.config.container.env?.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]));
    const expand = (word: string): string =>
      word.replace(/^~(?=\/|$)/, home).replace(/\$\{?(\w+)\}?/g, (_, name: string) => known.get(name) ?? (name === "HOME" ? home : "?"));
    return script === null || takesAway(script, path, this.absolute(".", instruction), expand);
  }

  /** Whether a RUN names a directory in which the path lies. */
  namesAbove(instruction: Instruction, path: string): boolean {
    const script = this.script(instruction);
    return script === null || namesAbove(script, path, this.absolute(".", instruction));
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
    return this.everywhere.some((instruction) =>
      // A pattern may fit whatever lies in its directory.
      foreignSources(instruction, this.dockerfile).some(
        (source) => source.includes("$") || near(`/${contextPath(source.replace(/[^/]*[*?[].*$/, ""))}`.replace(/\/$/, "")),
      ),
    );
  }

  /** Whether another instruction than `copy` names the path of the context, or something in it. */
  isNamedSource(path: string, copy: Instruction): boolean {
    return this.everywhere.some(
      (instruction) =>
        instruction !== copy && contextSources(instruction, this.dockerfile).some((source) => sourceNames(contextPath(source), path)),
    );
  }

  /** Leftovers that the instruction's layer brought and that nobody has claimed yet. */
  leftovers(instruction: Instruction, fits: (leftover: Leftover) => boolean): readonly Leftover[] {
    const layer = this.layerOf(instruction);
    return layer === null
      ? []
      : this.analysis.leftovers.filter((leftover) => leftover.layer === layer && this.claims.isFree(leftover) && fits(leftover));
  }

  /** Bytes that the instruction's layer stored for nothing, and that nobody has claimed yet. */
  waste(instruction: Instruction, fits: (waste: Waste) => boolean): readonly Waste[] {
    const layer = this.layerOf(instruction);
    return layer === null ? [] : this.analysis.waste.filter((waste) => waste.layer === layer && this.claims.isFree(waste) && fits(waste));
  }

  /** Where a COPY or ADD puts things: an absolute path without trailing slash; null where variables keep it from being known. */
  targetOf(copy: Instruction): string | null {
    const target = copyWords(copy, this.dockerfile).at(-1);
    return target === undefined || target.includes("$") ? null : this.absolute(target, copy);
  }

  /** A path as the instruction sees it: relative ones start at the WORKDIR that holds there. */
  absolute(path: string, at: Instruction): string {
    if (path.startsWith("/")) return posix.normalize(path).replace(/(?<=.)\/$/, "");
    const before = this.before(at).filter(({ keyword }) => keyword === "WORKDIR");
    const directory = before.reduce((current, { arguments: to }) => posix.resolve(current, to), "/");
    return posix.resolve(directory, path);
  }

  /** Which path of the context a path of the image came from by this COPY; null where that cannot be told. */
  contextPathOf(copy: Instruction, path: string): string | null {
    return contextPathOf(copy, this.targetOf(copy), path, this.dockerfile);
  }

  copiesWholeContext(copy: Instruction): boolean {
    const sources = copyWords(copy, this.dockerfile).slice(0, -1);
    return copy.heredocs.length === 0 && sources.length === 1 && /^(?:\.|\.\/|\/)$/.test(sources[0]!);
  }

  /** Instructions of the built stages that come before this one. */
  before(instruction: Instruction): readonly Instruction[] {
    return this.instructions.slice(0, this.#places.get(instruction) ?? 0);
  }

  /** Instructions of the built stages that come after this one. */
  after(instruction: Instruction): readonly Instruction[] {
    return this.instructions.slice((this.#places.get(instruction) ?? -1) + 1);
  }

  between(first: Instruction, last: Instruction): readonly Instruction[] {
    return this.instructions.slice(this.#places.get(first)! + 1, this.#places.get(last));
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
