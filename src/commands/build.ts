import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { isCi } from "../config/ci.ts";
import { loadSettings } from "../config/load.ts";
import { BallastError } from "../base/errors.ts";
import { temporaryName } from "../base/files/owner.ts";
import { DaemonClient } from "../transports/daemon/connection/client.ts";
import { imageIdOf } from "../transports/daemon/inspect.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { defineCommand } from "./command.ts";
import type { CommandIo, CommandLine } from "./command.ts";
import { gateFlags } from "./flags/gate-flags.ts";

type Engine = "docker" | "podman";

/** `ballast build`, taken apart. */
export interface BuildArguments {
  readonly engine: Engine | null;
  readonly host: string | null;
  /** For the command that follows the build. */
  readonly own: readonly string[];
  /** For the engine, as typed. */
  readonly engineArguments: readonly string[];
}

export const build = defineCommand({
  usage: "build [flags --] [docker build flags] [context]",
  summary:
    "Builds an image with `docker build` (or podman), then explores it; with CI set, or rules given, it is judged as by `ballast check`.",
  examples: [
    ["ballast build -t app .", "Everything goes to docker build, then the image is explored"],
    ["ballast build --fail image-size=200MB -- -t app .", "Ballast's own flags stand before the --; a rule asks for the gate, as CI does"],
    ["ballast build --engine podman -- -t app .", "Build with podman"],
  ],
  positionals: { arguments: "several" },
  flags: {
    engine: { type: "choice", choices: ["docker", "podman"], describe: "Builder; docker where it is installed, else podman" },
    host: { type: "string", value: "ADDRESS", describe: "Address of the engine" },
  },
  epilogue: "Flags before -- are those of `ballast explore`, or of `ballast check` when CI is set or one of them is a flag of the gate.",
  async run(args, io, line) {
    const parsed = splitBuildArguments(args.arguments);
    const follow = parsed.own.some(isGateFlag) ? "check" : followUp(io.env);
    await refuseMistakes(follow, parsed.own, io, line);
    const engine = parsed.engine ?? installedEngine(io.env);
    const directory = join(tmpdir(), temporaryName());
    await mkdir(directory, { mode: 0o700 });
    try {
      const id = await buildImage(engine, parsed, directory, io);
      const name = await openableName(engine, id, parsed, directory, io);
      const host = parsed.host === null || name.startsWith("docker-archive:") ? [] : ["--host", parsed.host];
      return await line.run([follow, ...(await ownDockerfile(parsed, engine, io)), ...parsed.own, ...host, name], io);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
});

/**
 * A build takes a while, so mistakes in the arguments for afterwards are refused before it.
 * @throws {BallastError} bad-argument, bad-config
 */
async function refuseMistakes(follow: string, own: readonly string[], io: CommandIo, line: CommandLine): Promise<void> {
  const args = await line.read([follow, ...own, "image"], io);
  if (follow === "check") await loadSettings({ directory: process.cwd(), env: io.env, flags: args });
}

/** The Dockerfile that was built, for the lines of findings. Not being able to parse it is no reason to fail. */
async function ownDockerfile({ own, engineArguments }: BuildArguments, engine: Engine, io: CommandIo): Promise<readonly string[]> {
  const has = (flag: string): boolean => own.some((word) => word === flag || word.startsWith(`${flag}=`));
  if (has("--dockerfile")) return [];
  const [{ dockerfileOf }, { readDockerfile }] = await Promise.all([
    import("./shared/build-dockerfile.ts"),
    import("./shared/dockerfile.ts"),
  ]);
  const built = dockerfileOf(engineArguments, engine);
  if (built === null) return [];
  const { file, target, buildArgs } = built;
  try {
    await readDockerfile(file, { target, buildArg: buildArgs }, io.env);
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    io.stderr.write(`note: no lines of the Dockerfile: ${sanitize(error.message)}\n`);
    return [];
  }
  return [
    ...["--dockerfile", file],
    ...(target === null || has("--target") ? [] : ["--target", target]),
    ...buildArgs.flatMap((word) => ["--build-arg", word]),
  ];
}

/** Flags that set rules ask for a verdict, in CI or not. */
function isGateFlag(word: string): boolean {
  const name = word.split("=")[0]!.replace(/^--/, "");
  return word.startsWith("--") && (Object.hasOwn(gateFlags, name) || /^(?:lowest|highest)-/.test(name));
}

/** @throws {BallastError} bad-argument */
export function splitBuildArguments(words: readonly string[]): BuildArguments {
  const dashes = words.indexOf("--");
  const own = dashes < 0 ? [] : words.slice(0, dashes);
  const misplaced = dashes < 0 ? words.find((word) => isGateFlag(word) || /^--engine(?:=|$)/.test(word)) : undefined;
  if (misplaced !== undefined) {
    const flag = misplaced.split("=")[0]!;
    throw new BallastError("bad-argument", `${flag} is Ballast's, and without a -- everything goes to the builder`, {
      hint: `write Ballast's flags before a --: ballast build ${flag} … -- -t app .`,
    });
  }
  const rest: string[] = [];
  const taken: Record<string, string> = {};
  for (let at = 0; at < own.length; at += 1) {
    const [, name, attached] = /^--(engine|host)(?:=(.*))?$/s.exec(own[at]!) ?? [];
    if (name === undefined) {
      rest.push(own[at]!);
      continue;
    }
    const value = attached ?? own[(at += 1)];
    if (value === undefined || value === "") throw new BallastError("bad-argument", `--${name} needs a value`);
    taken[name] = value;
  }
  const engine = taken["engine"] ?? null;
  if (engine !== null && engine !== "docker" && engine !== "podman") {
    throw new BallastError("bad-argument", `--engine is docker or podman, not ${engine}`);
  }
  return { engine, host: taken["host"] ?? null, own: rest, engineArguments: dashes < 0 ? words : words.slice(dashes + 1) };
}

/** The values of `-t`/`--tag`, in all the forms that docker accepts. */
export function tagsIn(words: readonly string[]): readonly string[] {
  const tags: string[] = [];
  for (const [at, word] of words.entries()) {
    const attached = /^(?:--tag=|-t=?)(.+)$/s.exec(word)?.[1];
    if (attached !== undefined && !word.startsWith("--target")) tags.push(attached);
    else if (word === "-t" || word === "--tag") tags.push(...words.slice(at + 1, at + 2));
  }
  return tags;
}

/** The value of `--iidfile` when the person wants one too. */
function ownIdFile(words: readonly string[]): string | null {
  for (const [at, word] of words.entries()) {
    if (word.startsWith("--iidfile=")) return word.slice("--iidfile=".length);
    if (word === "--iidfile") return words[at + 1] ?? null;
  }
  return null;
}

function installedEngine(env: NodeJS.ProcessEnv): Engine {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const directories = (env["PATH"] ?? "").split(delimiter).filter((path) => path !== "");
  const found = (["docker", "podman"] as const).find((engine) => directories.some((path) => existsSync(join(path, engine + suffix))));
  if (found !== undefined) return found;
  throw new BallastError("tool-missing", "neither docker nor podman is on the PATH", { hint: "install one of them: they do the building" });
}

function followUp(env: NodeJS.ProcessEnv): string {
  return isCi(env) ? "check" : "explore";
}

function hostArguments(engine: Engine, host: string | null): string[] {
  if (host === null) return [];
  return engine === "docker" ? ["--host", host] : ["--remote", "--url", host];
}

async function buildImage(engine: Engine, parsed: BuildArguments, directory: string, io: CommandIo): Promise<string> {
  const named = ownIdFile(parsed.engineArguments);
  const idFile = named ?? join(directory, "iid");
  const args = [
    ...hostArguments(engine, parsed.host),
    "build",
    ...(named === null ? ["--iidfile", idFile] : []),
    ...parsed.engineArguments,
  ];
  // The report goes to standard output, and the builder's output must not mix with it.
  const status = await runEngine(engine, args, ["inherit", process.stderr.fd, "inherit"], io);
  if (status !== 0) {
    throw new BallastError("build-failed", `${engine} build failed (status ${status})`);
  }
  const id = (await readFile(idFile, "utf8").catch(() => "")).trim();
  if (id !== "") return id;
  throw new BallastError("build-failed", `${engine} build ended well, but left no image in the engine`, {
    hint: "builds with --push or --output leave none: add --load, or open what was written",
  });
}

function runEngine(
  engine: Engine,
  args: readonly string[],
  stdio: ("inherit" | "ignore" | number)[],
  io: CommandIo,
): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(engine, args, { stdio: stdio as never, env: io.env });
    // An interrupt from the terminal also reaches the builder; one sent only to this process has to be passed on.
    const stop = (): void => void child.kill("SIGINT");
    io.signal.addEventListener("abort", stop, { once: true });
    child.on("error", (error) => reject(new BallastError("tool-missing", `${engine} cannot be started: ${error.message}`)));
    child.on("close", (status, signal) => {
      io.signal.removeEventListener("abort", stop);
      resolve(status ?? signal ?? "unknown");
    });
  });
}

/** The tag if it names this very image, else the ID. Podman may have no service to ask; then the image is saved to a file first. */
async function openableName(engine: Engine, id: string, parsed: BuildArguments, directory: string, io: CommandIo): Promise<string> {
  const kind = engine === "docker" ? "docker-daemon" : "podman";
  let client: DaemonClient;
  try {
    client = await DaemonClient.connect(kind, parsed.host === null ? {} : { host: parsed.host }, io.signal, io.env);
  } catch (error) {
    if (engine === "docker" || parsed.host !== null) throw error;
    const file = join(directory, "image.tar");
    const status = await runEngine("podman", ["save", "--quiet", "--output", file, id], ["ignore", process.stderr.fd, "inherit"], io);
    if (status !== 0) throw new BallastError("build-failed", `podman built the image, and cannot save it (status ${status})`);
    return `docker-archive:${file}`;
  }
  const bare = (text: string | null): string | undefined => text?.replace(/^sha256:/, "");
  for (const tag of tagsIn(parsed.engineArguments)) {
    if (bare(await imageIdOf(client, tag)) === bare(id)) return `${kind}:${tag}`;
  }
  return `${kind}:${id}`;
}
