/** Builds a Dockerfile with the builder that is installed: docker (with BuildKit or without), buildx, podman, buildah. */
import { spawn } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";

import { temporaryName } from "../../base/files/owner.ts";
import { encodeText } from "../../base/text/utf8.ts";
import { BallastError } from "../../base/errors.ts";
import { makeDirectory } from "../../base/files/make-directory.ts";
import type { CommandIo } from "../command.ts";

export const builders = ["docker", "buildx", "podman", "buildah"] as const;
export type BuilderName = (typeof builders)[number];

export interface BuildRequest {
  readonly text: string;
  /** The ignore file; null for none. */
  readonly ignore: string | null;
  readonly context: string;
  /** Passed on to the builder: `--build-arg`, `--secret`, `--target`, `--network`. */
  readonly flags: readonly string[];
  /** Do not use the builder's cache. */
  readonly fresh: boolean;
  readonly env: Readonly<Record<string, string>>;
}

export interface Built {
  /** A name that Ballast can open. */
  readonly name: string;
  remove(): Promise<void>;
}

const mostOutput = 4000;

/** The wanted builder, or else the first that answers. @throws {BallastError} tool-missing */
export async function findBuilder(wanted: BuilderName | null, io: CommandIo): Promise<Builder> {
  for (const name of wanted === null ? builders : [wanted]) {
    const [command, ...args] = questions[name];
    const version = await run(command, args, io).catch(() => null);
    if (version?.status === 0) return new Builder(name, isClassic(name, version.output, io.env), io);
  }
  throw new BallastError("tool-missing", `${wanted ?? builders.join(", ")}: none of them answers, so nothing can be built`, {
    hint: "start the engine, or run `ballast fix` without --verify",
  });
}

/** A command that each of them answers when it can build; for docker and buildx, only when the engine runs as well. */
const questions: Readonly<Record<BuilderName, readonly [string, ...string[]]>> = {
  docker: ["docker", "version", "--format", "{{.Client.Version}}"],
  buildx: ["docker", "buildx", "inspect"],
  podman: ["podman", "--version"],
  buildah: ["buildah", "--version"],
};

/** The builder before BuildKit: docker's default up to version 22. */
function isClassic(name: BuilderName, version: string, env: NodeJS.ProcessEnv): boolean {
  const chosen = env["DOCKER_BUILDKIT"];
  if (name !== "docker") return false;
  return chosen === undefined || chosen === "" ? Number.parseInt(version, 10) < 23 : chosen === "0" || chosen === "false";
}

export class Builder {
  readonly name: BuilderName;
  readonly #classic: boolean;
  readonly #io: CommandIo;

  constructor(name: BuilderName, classic: boolean, io: CommandIo) {
    this.name = name;
    this.#classic = classic;
    this.#io = io;
  }

  /** For people. */
  get title(): string {
    if (this.name !== "docker") return this.name === "buildx" ? "docker buildx" : this.name;
    return this.#classic ? "docker (classic builder)" : "docker (BuildKit)";
  }

  /**
   * @param directory an empty directory for its files
   * @throws {BallastError} build-failed with the end of what the builder said
   */
  async build(request: BuildRequest, directory: string): Promise<Built> {
    const { text, ignore, flags, fresh, env } = request;
    makeDirectory(directory, 0o700);
    const file = join(directory, "Dockerfile");
    const idFile = join(directory, "iid");
    await writeFile(file, encodeText(text));
    await writeFile(`${file}.dockerignore`, encodeText(ignore ?? ""));
    const context = await this.#context(request, directory);
    const isDocker = this.name === "docker" || this.name === "buildx";
    // One layer for each instruction, as in the image that was analysed.
    const own = isDocker ? [] : ["--ignorefile", `${file}.dockerignore`, "--layers"];
    // A name, because what buildx reports as the ID of an image depends on where it builds.
    const tag = `ballast-fix:${temporaryName().replace(/^\W+/, "")}`;
    const result = this.name === "buildx" ? ["--load", "--tag", tag] : ["--iidfile", idFile];
    const args = ["build", ...result, "-f", file, ...(fresh ? ["--no-cache"] : []), ...own, ...flags, context];
    const { status, output } = await this.#run(args, env);
    if (status !== 0) throw new BallastError("build-failed", `${this.title} build failed (status ${status}): ${lastWords(output)}`);
    const id = this.name === "buildx" ? tag : (await readFile(idFile, "utf8")).trim();
    return { name: await this.#openable(id, directory), remove: () => this.#remove(id) };
  }

  /** The classic builder reads only the ignore file of the context. For another one it gets a copy of the context that contains it. */
  async #context({ context, ignore }: BuildRequest, directory: string): Promise<string> {
    if (!this.#classic) return context;
    const copy = join(directory, "context");
    await cp(context, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
    if (ignore !== null) await writeFile(join(copy, ".dockerignore"), encodeText(ignore));
    return copy;
  }

  async #openable(id: string, directory: string): Promise<string> {
    if (this.name === "docker" || this.name === "buildx") return `docker-daemon:${id}`;
    const file = join(directory, "image.tar");
    const args =
      this.name === "podman" ? ["save", "--quiet", "--output", file, id] : ["push", id.replace(/^sha256:/, ""), `docker-archive:${file}`];
    const { status, output } = await run(this.name, args, this.#io);
    if (status !== 0) throw new BallastError("build-failed", `${this.name} cannot save what it built: ${lastWords(output)}`);
    return `docker-archive:${file}`;
  }

  /** Without force, so that the image stays if somebody else has given it a name. */
  async #remove(id: string): Promise<void> {
    await run(this.name === "buildx" ? "docker" : this.name, ["rmi", id], this.#io).catch(() => {});
  }

  #run(args: readonly string[], env: BuildRequest["env"]): ReturnType<typeof run> {
    return this.name === "buildx" ? run("docker", ["buildx", ...args], this.#io, env) : run(this.name, args, this.#io, env);
  }
}

function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .slice(-3)
    .join("; ");
}

function run(
  command: string,
  args: readonly string[],
  io: CommandIo,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...io.env, ...env } });
    let output = "";
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString("utf8")).slice(-mostOutput));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const stop = (): void => void child.kill("SIGINT");
    io.signal.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("close", (status) => {
      io.signal.removeEventListener("abort", stop);
      resolve({ status, output });
    });
  });
}
