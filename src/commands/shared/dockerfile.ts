/** Reads the Dockerfile that the flags name. */
import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";

import type { Analysis } from "../../../analyzers/analysis.ts";
import type { NamedDockerfile } from "../../../analyzers/dockerfile/match.ts";
import { BallastError, systemErrorCode } from "../../base/errors.ts";
import type { SecretOptions } from "../../operations/analyze-image.ts";
import { decodeText } from "../../base/text/utf8.ts";
import type { DockerfileArguments } from "../flags/dockerfile-flags.ts";
import { pathBelow, repositoryPath } from "./repository-path.ts";

/** A longer file is not a Dockerfile. */
const mostBytes = 16 * 1024 * 1024;

/** Null where the flags name none. @throws as `readDockerfile` does, and bad-argument for `--target` and `--build-arg` without a file */
export async function dockerfileFrom(args: DockerfileArguments, env: NodeJS.ProcessEnv): Promise<NamedDockerfile | null> {
  if (args.dockerfile !== null) return readDockerfile(args.dockerfile, args, env);
  if (args.target !== null) refuseAlone("--target");
  if (args.buildArg.length > 0) refuseAlone("--build-arg");
  return null;
}

/** @throws {BallastError} read-failed, bad-dockerfile, bad-argument */
export async function readDockerfile(
  file: string,
  args: Pick<DockerfileArguments, "target" | "buildArg">,
  env: NodeJS.ProcessEnv,
): Promise<NamedDockerfile> {
  const { parseDockerfile } = await import("../../../analyzers/dockerfile/parse.ts");
  const buildArgs = buildArguments(args.buildArg, env);
  const dockerfile = await parseDockerfile(await dockerfileText(file), nameOf(file), buildArgs);
  return { dockerfile, target: args.target, buildArgs };
}

/** The analysis with the Dockerfile's lines, masked by these rules, else by the built-in ones; what could not be matched is among its warnings. */
export async function withDockerfile(
  analysis: Analysis,
  named: NamedDockerfile,
  secrets: Pick<SecretOptions, "rules"> | null,
): Promise<Analysis> {
  const [{ matchDockerfile }, { createRedactor }, { scanConfigTexts }] = await Promise.all([
    import("../../../analyzers/dockerfile/match.ts"),
    import("../../../analyzers/secrets/config/redactor.ts"),
    import("../../../analyzers/secrets/config/scan-config.ts"),
  ]);
  const { image, base, warnings } = analysis;
  const { dockerfile, target, buildArgs } = named;
  const baseLayers = base.from === "flag" || base.from === "annotation" ? base.layers : null;
  const match = matchDockerfile(dockerfile, image, { target, buildArgs, baseLayers });
  const redact = createRedactor(scanConfigTexts(image, await secrets?.rules()));
  return {
    ...analysis,
    dockerfile: {
      match,
      lines: dockerfile.text.split(/\r?\n/).map((line) => redact(line)),
      repositoryPath: repositoryPath(dockerfile.file),
    },
    warnings: [...warnings, ...match.notes.map((message) => ({ code: "dockerfile-mismatch", message }))],
  };
}

async function dockerfileText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    // Reading a pipe could block, and a device may have no end.
    const stats = await stat(file);
    if (!stats.isFile()) throw new BallastError("bad-dockerfile", `${file} is ${kindOf(stats)}`);
    if (stats.size > mostBytes) throw new BallastError("bad-dockerfile", `${file} has ${stats.size} bytes: that is not a Dockerfile`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof BallastError) throw error;
    throw new BallastError("read-failed", `${file} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, {
      cause: error,
      hint: "name the Dockerfile that the image was built from with --dockerfile FILE",
    });
  }
  return decodeText(bytes);
}

function refuseAlone(flag: string): never {
  throw new BallastError("bad-argument", `${flag} says how a Dockerfile was built, and none is named`, {
    hint: "name it with --dockerfile FILE",
  });
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  return stats.isFIFO() ? "a pipe" : "no file";
}

/** As reports print it: relative to the working directory if it is in there. */
function nameOf(file: string): string {
  return pathBelow(process.cwd(), file) ?? file;
}

/** `NAME` alone takes the value of the environment, as `docker build` does. */
export function buildArguments(words: readonly string[], env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new BallastError("bad-argument", `--build-arg takes NAME=VALUE, not ${word}`);
    const value = equals < 0 ? env[name] : word.slice(equals + 1);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}
