/** Images in containerd, `containerd:NAME[@NAMESPACE]`: read from the export of `nerdctl` or `ctr`, whichever is there. */
import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { formatPlatform } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import { formatReference, parseReferenceOrNull } from "../../image/reference.ts";
import { openArchiveStream } from "../local.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";
import { containerdSocket, namedSocket } from "./socket.ts";

/** Namespaces that are searched when none is named: containerd's own, and Kubernetes'. */
const usualNamespaces = ["default", "k8s.io"];

type Tool = "nerdctl" | "ctr";

interface Program {
  readonly tool: Tool;
  readonly socket: readonly string[];
  readonly signal: AbortSignal | undefined;
  /** Milliseconds in which a short command has to answer. */
  readonly timeout: number;
}

/** @throws {BallastError} tool-missing, daemon-unavailable, daemon-denied, image-not-found */
export async function openContainerd(name: string, options: OpenOptions): Promise<ImageSet> {
  const env = process.env;
  const { image, namespace } = splitNamespace(name);
  const named = namedSocket(options.connection.address, env);
  const tool = await findTool();
  // nerdctl has a configuration of its own, and knows of rootless containerd.
  const address = tool === "nerdctl" ? named : (named ?? containerdSocket(undefined, env));
  const socket = address === null ? [] : ["--address", address];
  const program: Program = { tool, socket, signal: options.signal, timeout: options.connection.timeout ?? 60_000 };
  const asked = namespace ?? env["CONTAINERD_NAMESPACE"];
  const namespaces = asked === undefined || asked === "" ? usualNamespaces : [asked];
  for (const candidate of namespaces) {
    const stored = await findImage(program, candidate, image);
    if (stored === null) continue;
    const stream = exportImage(program, candidate, stored, options, await localFlag(program));
    const about = { what: `the export of ${stored} from containerd`, reference: image, tag: null, transport: "containerd" as const };
    const set = await openArchiveStream(stream, about, options);
    return { ...set, images: set.images.map((each) => ({ ...each, transferredBytes: () => null })) };
  }
  throw new BallastError(
    "image-not-found",
    `containerd has no image ${image} in the namespace${namespaces.length > 1 ? "s" : ""} ${namespaces.join(" and ")}`,
    {
      hint: "name another namespace as containerd:NAME@NAMESPACE, and another socket with --address",
    },
  );
}

/** `nginx@k8s.io` names a namespace, `nginx@sha256:…` a digest; `nginx@sha256:…@k8s.io` both. */
export function splitNamespace(name: string): { image: string; namespace: string | null } {
  const at = name.lastIndexOf("@");
  const suffix = name.slice(at + 1);
  if (at <= 0 || suffix.includes(":")) return { image: name, namespace: null };
  if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(suffix)) {
    throw new BallastError("bad-argument", `"${suffix}" is not a namespace of containerd`, { hint: "write containerd:NAME@NAMESPACE" });
  }
  return { image: name.slice(0, at), namespace: suffix };
}

async function findTool(): Promise<Tool> {
  for (const tool of ["nerdctl", "ctr"] as const) {
    const answer = await run(tool, ["--version"], undefined, 20_000);
    if (answer !== null && answer.status === 0) return tool;
  }
  throw new BallastError("tool-missing", "containerd is read through nerdctl or ctr, and neither is on the PATH", {
    hint: "install one of them (ctr comes with containerd), or export the image where it is: `ctr images export FILE NAME`",
  });
}

/** The name containerd knows the image under; null when it has none. */
async function findImage(program: Program, namespace: string, name: string): Promise<string | null> {
  const args = program.tool === "ctr" ? ["images", "ls", "-q"] : ["image", "inspect", name];
  const answer = await run(program.tool, [...program.socket, "--namespace", namespace, ...args], program.signal, program.timeout);
  if (answer === null) throw toolError(program, "");
  if (program.tool === "nerdctl") {
    if (answer.status === 0) return answer.stdout.trim() === "[]" ? null : name;
    if (/no such (?:image|object)|not found/i.test(answer.stderr)) return null;
    throw toolError(program, answer.stderr);
  }
  if (answer.status !== 0) throw toolError(program, answer.stderr);
  const reference = parseReferenceOrNull(name);
  const wanted = new Set([name, ...(reference === null ? [] : [formatReference(reference)])]);
  return (
    answer.stdout
      .split("\n")
      .find((line) => wanted.has(line.trim()))
      ?.trim() ?? null
  );
}

/**
 * ctr of containerd 2 has the daemon stream the export and, when writing to standard output, ends before the last of it has arrived. With
 * `--local`, which older versions do not know, it writes the archive itself.
 */
async function localFlag({ tool, signal, timeout }: Program): Promise<readonly string[]> {
  if (tool !== "ctr") return [];
  const help = await run(tool, ["images", "export", "--help"], signal, timeout);
  return help !== null && /^\s*--local\b/m.test(help.stdout) ? ["--local"] : [];
}

function exportImage(program: Program, namespace: string, name: string, options: OpenOptions, flags: readonly string[]): Readable {
  const platform = platformArguments(options.platform, options.allPlatforms === true);
  const args = program.tool === "nerdctl" ? ["save", ...platform, name] : ["images", "export", ...flags, ...platform, "-", name];
  const child = spawn(program.tool, [...program.socket, "--namespace", namespace, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const output = new PassThrough({ highWaterMark: 1024 * 1024 });
  let said = "";
  let bytes = 0;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4000)));
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    options.onProgress?.({ what: name, bytes, totalBytes: null, state: "running" });
  });
  child.stdout.pipe(output, { end: false });
  child.on("error", (error) => output.destroy(error));
  child.on("close", (status) => {
    if (status !== 0) {
      output.destroy(toolError(program, said));
      return;
    }
    options.onProgress?.({ what: name, bytes, totalBytes: bytes, state: "done" });
    output.end();
  });
  output.on("close", () => child.kill());
  return output;
}

function platformArguments(platform: Platform | null, all: boolean): readonly string[] {
  if (platform !== null) return ["--platform", formatPlatform(platform)];
  return all ? ["--all-platforms"] : [];
}

function toolError(program: Program, stderr: string): BallastError {
  const said = (stderr.trim().split("\n").at(-1) ?? "").replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300);
  if (/permission denied/i.test(said)) {
    return new BallastError("daemon-denied", `${program.tool} may not use containerd's socket: ${said}`, {
      hint: "run as root, or name a rootless socket with --address",
    });
  }
  if (/connection refused|no such file or directory|connect:|deadline exceeded|unavailable/i.test(said)) {
    return new BallastError("daemon-unavailable", `containerd cannot be reached: ${said}`, {
      hint: "start containerd, or name its socket with --address",
    });
  }
  if (/unknown service|malformed HTTP|preface/i.test(said)) {
    return new BallastError("protocol-error", `${program.tool} reaches something that is not containerd: ${said}`, {
      hint: "name containerd's own socket with --address: Docker and BuildKit listen at others",
    });
  }
  if (/platform|no match|not found/i.test(said)) {
    return new BallastError("image-not-found", `${program.tool}: ${said}`, {
      hint: "the content of that platform may never have been fetched",
    });
  }
  return new BallastError("read-failed", `${program.tool} failed: ${said === "" ? "it said nothing" : said}`, {
    hint: `see what \`${program.tool} images ls\` says, and containerd's log`,
  });
}

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Null when there is no such program. */
function run(program: string, args: readonly string[], signal: AbortSignal | undefined, timeout: number): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      signal,
    });
    // Not spawn's own timeout: when the program is missing, Node never clears that timer, which would delay the end of the process.
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill();
    }, timeout);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
    }
    child.on("error", (error) => {
      clearTimeout(timer);
      if (systemErrorCode(error) === "ENOENT") resolve(null);
      else reject(error);
    });
    child.on("close", (status) => {
      clearTimeout(timer);
      if (late) {
        reject(new BallastError("connection-timeout", `${program} did not answer within ${timeout / 1000} s`));
      } else resolve({ status, ...output });
    });
  });
}
