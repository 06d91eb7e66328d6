/** Credential helpers (`docker-credential-NAME get`): host on standard input, JSON on standard output. */
import { spawn } from "node:child_process";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { Credential } from "./credential.ts";

/** What all helpers print for a host they do not know (docker-credential-helpers, `credentials.errCredentialsNotFoundMessage`). */
const unknownHost = /credentials not found|no credentials server url/i;

/** Milliseconds a helper may take: long enough for a person to answer a keychain's question. */
const defaultTimeout = 60_000;

export type HelperAnswer = { readonly found: Credential } | { readonly missing: "unknown-host" | "not-installed" };

/** @throws {BallastError} credentials-failed when the helper fails or does not answer in time. Its output never reaches the message. */
export async function askHelper(name: string, host: string, timeout: number = defaultTimeout): Promise<HelperAnswer> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw failed(program, "has a name that no program can have");
  const answer = await run(program, host, timeout);
  if (answer === null) return { missing: "not-installed" };
  if (answer.status !== 0) {
    if (unknownHost.test(answer.stdout) || unknownHost.test(answer.stderr)) return { missing: "unknown-host" };
    throw failed(program, `ended with status ${answer.status} when asked for ${host}`);
  }
  const parsed = parse(answer.stdout);
  if (parsed === null) throw failed(program, `answered for ${host} with something that is not the JSON it promises`);
  if (parsed.secret === "") return { missing: "unknown-host" };
  if (parsed.username === "<token>") return { found: { kind: "identity", token: parsed.secret } };
  return { found: { kind: "basic", username: parsed.username, password: parsed.secret } };
}

function failed(program: string, what: string): BallastError {
  return new BallastError("credentials-failed", `credential helper ${program} ${what}`);
}

interface HelperOutput {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Null when there is no such program. */
function run(program: string, input: string, timeout: number): Promise<HelperOutput | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    const output = { stdout: "", stderr: "" };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      // A grandchild may hold the pipes open long after the helper itself is gone.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(failed(program, `did not answer within ${timeout / 1000} s`));
    }, timeout);
    child.on("error", (error) => {
      clearTimeout(timer);
      if (systemErrorCode(error) === "ENOENT") resolve(null);
      else reject(failed(program, `cannot be started (${systemErrorCode(error) ?? "unknown reason"})`));
    });
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      resolve({ status: status ?? signal ?? "unknown", ...output });
    });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        if (output[name].length < 64 * 1024) output[name] += text;
      });
    }
    // A helper that ends without reading its input is judged by its status.
    child.stdin.on("error", () => {});
    child.stdin.end(`${input}\n`);
  });
}

function parse(text: string): { username: string; secret: string } | null {
  try {
    const { Username: username, Secret: secret } = JSON.parse(text) as Record<string, unknown>;
    return typeof username === "string" && typeof secret === "string" ? { username, secret } : null;
  } catch {
    return null;
  }
}
