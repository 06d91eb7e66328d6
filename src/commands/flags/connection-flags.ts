/** The flags that say how to reach daemons and registries, shared by every command that opens or writes an image. */
import { readFileSync } from "node:fs";

import type { Argv } from "yargs";

import { BallastError } from "../../base/errors.ts";
import type { ConnectionOptions } from "../../transports/transport.ts";

const group = "Connection:";

export function connectionOptions(yargs: Argv): Argv {
  return yargs
    .option("host", { group, type: "string", describe: "Endpoint of the engine: unix://, tcp://, ssh:// or npipe://", requiresArg: true })
    .option("pull", { group, type: "boolean", describe: "Let the engine pull an image that it does not have" })
    .option("username", { group, type: "string", describe: "Account at the registry", requiresArg: true })
    .option("password-stdin", { group, type: "boolean", describe: "Read the password for --username from standard input" })
    .option("authfile", { group, type: "string", describe: "Auth file of docker or podman to take credentials from", requiresArg: true })
    .option("ca", { group, type: "string", describe: "PEM file of authorities to trust beside the system's", requiresArg: true })
    .option("cert-dir", { group, type: "string", describe: "Directory of *.crt, *.cert and *.key for the registry", requiresArg: true })
    .option("insecure", { group, type: "boolean", describe: "Accept any certificate, and plain HTTP, from the registry" })
    .option("address", { group, type: "string", describe: "Socket of containerd", requiresArg: true })
    .option("timeout", {
      group,
      type: "number",
      describe: "Seconds without a byte after which a connection counts as hung",
      requiresArg: true,
    });
}

/**
 * What the flags and `REGISTRY_AUTH_FILE` say. Reads standard input to its end when `--password-stdin` is given.
 * @throws {BallastError} bad-argument
 */
export function connectionFrom(
  args: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  readStdin: () => string = passwordOnStdin,
): ConnectionOptions {
  const text = (name: string): string | undefined => {
    const value = args[name];
    if (Array.isArray(value)) throw new BallastError("bad-argument", `--${name} is given more than once`);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const connection: { -readonly [K in keyof ConnectionOptions]: ConnectionOptions[K] } = {};
  const copy = (from: string, to: "host" | "username" | "caFile" | "certDirectory" | "address"): void => {
    const value = text(from);
    if (value !== undefined) connection[to] = value;
  };
  copy("host", "host");
  copy("username", "username");
  copy("ca", "caFile");
  copy("cert-dir", "certDirectory");
  copy("address", "address");
  const authFile = text("authfile") ?? env["REGISTRY_AUTH_FILE"];
  if (authFile !== undefined && authFile !== "") connection.authFile = authFile;
  if (args["pull"] === true) connection.pull = true;
  if (args["insecure"] === true) connection.insecure = true;
  const timeout = timeoutFrom(args["timeout"]);
  if (timeout !== undefined) connection.timeout = timeout;
  const password = passwordFrom(args["password-stdin"] === true, connection.username, readStdin);
  if (password !== undefined) connection.password = password;
  return connection;
}

let stdinPassword: string | null = null;

/** Read once: a command that opens two images asks twice. */
function passwordOnStdin(): string {
  stdinPassword ??= readFileSync(0, "utf8");
  return stdinPassword;
}

function timeoutFrom(seconds: unknown): number | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds !== "number" || !(seconds > 0) || seconds > 86_400) {
    throw new BallastError("bad-argument", "--timeout takes a number of seconds between 0 and 86400");
  }
  return Math.ceil(seconds * 1000);
}

function passwordFrom(fromStdin: boolean, username: string | undefined, readStdin: () => string): string | undefined {
  if (!fromStdin) {
    if (username === undefined) return undefined;
    throw new BallastError("bad-argument", "--username is given without --password-stdin", {
      hint: "pipe the password in: `pass show registry | ballast … --username NAME --password-stdin`",
    });
  }
  if (username === undefined) throw new BallastError("bad-argument", "--password-stdin is given without --username");
  const password = readStdin().replace(/\r?\n$/, "");
  if (password === "") throw new BallastError("bad-argument", "--password-stdin: standard input holds no password");
  return password;
}
