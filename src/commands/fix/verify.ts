/** `ballast fix --verify`: builds the old and the new Dockerfile, and compares what the fixes promised with what they save. */
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Fix } from "../../../analyzers/dockerfile/fixes/fix.ts";
import { isNamed, rebuiltReason } from "../../../analyzers/dockerfile/fixes/rebuilt.ts";
import { BallastError } from "../../base/errors.ts";
import { temporaryName } from "../../base/files/owner.ts";
import { groupBy } from "../../base/group-by.ts";
import { diffImages, loadDiffInput } from "../../operations/diff-images.ts";
import type { DiffInput } from "../../operations/diff-images.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { CommandIo } from "../command.ts";
import type { ImageArguments } from "../flags/image-flags.ts";
import { openFromArguments } from "../shared/open-image.ts";
import type { OpenedImage } from "../shared/open-image.ts";
import type { Builder, Built } from "./builder.ts";

/** A Dockerfile with its ignore file. */
export interface Variant {
  readonly text: string;
  readonly ignore: string | null;
}

export interface VerifyRequest {
  readonly builder: Builder;
  readonly context: string;
  readonly flags: readonly string[];
  /** Values of secrets that a fix removes from ARG, by the variable that passes them to the builder. */
  readonly env: Readonly<Record<string, string>>;
  readonly old: Variant;
  readonly fixes: readonly Fix[];
  /** The file with only these fixes. */
  readonly variant: (fixes: readonly Fix[]) => Variant;
}

export interface Verification {
  readonly builder: string;
  readonly kept: readonly Fix[];
  readonly takenOut: readonly { readonly fix: Fix; readonly reason: string }[];
  /** Of the fixes that are kept. */
  readonly predictedBytes: number;
  /** Content bytes of all layers of the old image minus those of the new one. */
  readonly measuredBytes: number;
  /** Paths in which the final trees differ because a fix says so. */
  readonly namedPaths: number;
  /** Paths that every build writes anew, by the reason. */
  readonly rebuiltPaths: ReadonlyMap<string, number>;
}

interface Side {
  readonly built: Built;
  readonly opened: OpenedImage;
  readonly input: DiffInput;
  readonly bytes: number;
}

/** @throws {BallastError} build-failed when the original Dockerfile cannot be built */
export async function verifyFixes(request: VerifyRequest, args: ImageArguments, io: CommandIo): Promise<Verification> {
  const directory = join(tmpdir(), temporaryName());
  await mkdir(directory, { mode: 0o700 });
  const open: Side[] = [];
  try {
    const bench = new Bench(request, args, io, directory, open);
    const old = await bench.build("the Dockerfile as it is", request.old, true);
    const takenOut: { fix: Fix; reason: string }[] = [];
    let kept = request.fixes;
    let trial = await bench.tryFixes(old, kept, "all fixes");
    if ("reason" in trial) {
      // Building each fix alone shows which one it was.
      const alone: Fix[] = [];
      for (const fix of kept.length > 1 ? kept : []) {
        const result = await bench.tryFixes(old, [fix], fix.id);
        if ("reason" in result) takenOut.push({ fix, reason: result.reason });
        else alone.push(fix);
      }
      const left = alone.length > 0 && alone.length < kept.length ? await bench.tryFixes(old, alone, "the fixes that are left") : trial;
      if ("reason" in left) {
        const { reason } = left;
        takenOut.push(...kept.filter((fix) => !takenOut.some((out) => out.fix === fix)).map((fix) => ({ fix, reason })));
        return {
          builder: request.builder.title,
          kept: [],
          takenOut,
          predictedBytes: 0,
          measuredBytes: 0,
          namedPaths: 0,
          rebuiltPaths: new Map(),
        };
      }
      kept = alone;
      trial = left;
    }
    return { builder: request.builder.title, kept, takenOut, ...trial };
  } finally {
    for (const { opened, built } of open) {
      await opened.close();
      await built.remove();
    }
    await rm(directory, { recursive: true, force: true });
  }
}

type Trial = Pick<Verification, "predictedBytes" | "measuredBytes" | "namedPaths" | "rebuiltPaths"> | { readonly reason: string };

class Bench {
  readonly #request: VerifyRequest;
  readonly #args: ImageArguments;
  readonly #io: CommandIo;
  readonly #directory: string;
  readonly #open: Side[];
  #count = 0;

  constructor(request: VerifyRequest, args: ImageArguments, io: CommandIo, directory: string, open: Side[]) {
    this.#request = request;
    this.#args = args;
    this.#io = io;
    this.#directory = directory;
    this.#open = open;
  }

  async build(what: string, variant: Variant, fresh: boolean): Promise<Side> {
    const { builder, context, flags, env } = this.#request;
    if (!this.#args.quiet) this.#io.stderr.write(`${builder.title}: building ${what}\n`);
    this.#count += 1;
    const built = await builder.build({ ...variant, context, flags, env, fresh }, join(this.#directory, String(this.#count)));
    const opened = await openFromArguments(built.name, { ...this.#args, quiet: true }, this.#io, { singlePass: false });
    const input = await loadDiffInput(opened.image, opened.scanner, () => {});
    const side = { built, opened, input, bytes: input.tree.layerBytes.reduce((sum, bytes) => sum + bytes, 0) };
    this.#open.push(side);
    return side;
  }

  /** Builds the file with these fixes. Returns why they cannot stay, or what they save. */
  async tryFixes(old: Side, fixes: readonly Fix[], what: string): Promise<Trial> {
    let side: Side;
    try {
      side = await this.build(what, this.#request.variant(fixes), false);
    } catch (error) {
      if (error instanceof BallastError && error.code === "build-failed") return { reason: `with it the build fails: ${error.message}` };
      throw error;
    }
    const { files } = await diffImages(old.input, side.input, { text: null });
    const changes = fixes.flatMap((fix) => fix.changes);
    const rest = files.changes.map(({ path }) => path).filter((path) => !isNamed(path, changes));
    const rebuilt = groupBy(rest, (path) => rebuiltReason(path));
    const unexplained = rebuilt.get(null) ?? [];
    if (unexplained.length > 0)
      return {
        reason: `the final tree differs in ${plural(unexplained.length, "path")} not named by it: ${unexplained.slice(0, 3).join(", ")}`,
      };
    const predictedBytes = fixes.reduce((sum, { savedBytes }) => sum + savedBytes, 0);
    const measuredBytes = old.bytes - side.bytes;
    if (measuredBytes * 2 < predictedBytes) return { reason: `it saves ${measuredBytes} bytes of the ${predictedBytes} promised` };
    const rebuiltPaths = new Map([...rebuilt].flatMap(([reason, paths]) => (reason === null ? [] : [[reason, paths.length] as const])));
    return { predictedBytes, measuredBytes, namedPaths: files.changes.length - rest.length, rebuiltPaths };
  }
}
