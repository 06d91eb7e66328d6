/** Reads the Dockerfile that the flags name. */
import { readFile } from "node:fs/promises";

import type { Dockerfile } from "../../../analyzers/dockerfile/dockerfile.ts";
import { BallastError, systemErrorCode } from "../../base/errors.ts";
import type { DockerfileArguments } from "../flags/dockerfile-flags.ts";

/** A Dockerfile longer than this is another file. */
const mostBytes = 16 * 1024 * 1024;

export interface NamedDockerfile {
  readonly dockerfile: Dockerfile;
  readonly target: string | null;
  readonly buildArgs: ReadonlyMap<string, string>;
}

/** @throws {BallastError} read-failed, bad-dockerfile, bad-argument */
export async function readDockerfile(
  file: string,
  args: Pick<DockerfileArguments, "target" | "buildArg">,
  env: NodeJS.ProcessEnv,
): Promise<NamedDockerfile> {
  const { parseDockerfile } = await import("../../../analyzers/dockerfile/parse.ts");
  const buildArgs = buildArguments(args.buildArg, env);
  const dockerfile = await parseDockerfile(await textOf(file), file, buildArgs);
  return { dockerfile, target: args.target, buildArgs };
}

async function textOf(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new BallastError("read-failed", `${file} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, {
      cause: error,
      hint: "name the Dockerfile that the image was built from with --dockerfile FILE",
    });
  }
  if (bytes.length > mostBytes) throw new BallastError("bad-dockerfile", `${file} has ${bytes.length} bytes: that is no Dockerfile`);
  return bytes.toString("utf8");
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
