/** The flags that say how to reach daemons and registries, shared by every command that opens or writes an image. */

import { parseDuration } from "../../base/text/duration.ts";
import { BallastError } from "../../base/errors.ts";
import type { ConnectionOptions } from "../../transports/transport.ts";
import type { FlagTable, FlagValues } from "./flag.ts";
import { passwordOwner } from "./password-owner.ts";
import type { NamedPlaces } from "./password-owner.ts";

const group = "Connection:";

export const connectionFlags = {
  host: { group, type: "string", value: "ADDRESS", describe: "Address of the engine: unix://, tcp://, ssh:// or npipe://" },
  pull: { group, type: "boolean", describe: "Let the engine pull an image that it does not have" },
  username: { group, type: "string", value: "NAME", describe: "Account at the registry" },
  "password-stdin": { group, type: "boolean", describe: "Read the password for --username from standard input" },
  authfile: {
    group,
    type: "string",
    value: "FILE",
    describe: "Take credentials from this auth file of docker or podman",
    variable: "REGISTRY_AUTH_FILE",
  },
  ca: { group, type: "string", value: "FILE", describe: "Trust the certificate authorities in this PEM file, beside the system's" },
  "cert-dir": { group, type: "string", value: "DIR", describe: "Directory of *.crt, *.cert and *.key for the registry" },
  insecure: { group, type: "boolean", describe: "Accept any certificate, and plain HTTP, from the registry" },
  address: { group, type: "string", value: "SOCKET", describe: "Socket of containerd", variable: "CONTAINERD_ADDRESS" },
  timeout: {
    group,
    type: "string",
    value: "TIME",
    describe: "Time without a byte after which a connection counts as hung: seconds, 90s, 5m",
    variable: "BALLAST_TIMEOUT",
  },
} as const satisfies FlagTable;

/** The names that a command was given stand beside the flags: they decide whose password it is. */
export type ConnectionArguments = FlagValues<typeof connectionFlags> & NamedPlaces;

/**
 * What the flags say; the password is what `awaitPassword` read.
 * @throws {BallastError} bad-argument
 */
export function connectionFrom(args: ConnectionArguments, readStdin: () => string = () => stdinPassword ?? ""): ConnectionOptions {
  const connection: { -readonly [K in keyof ConnectionOptions]: ConnectionOptions[K] } = {};
  const set = (to: "host" | "username" | "authFile" | "caFile" | "certDirectory" | "address", value: string | null): void => {
    if (value !== null && value !== "") connection[to] = value;
  };
  set("host", args.host);
  set("username", args.username);
  set("authFile", args.authfile);
  set("caFile", args.ca);
  set("certDirectory", args.certDir);
  set("address", args.address);
  if (args.pull) connection.pull = true;
  if (args.insecure) connection.insecure = true;
  const timeout = timeoutFrom(args.timeout);
  if (timeout !== undefined) connection.timeout = timeout;
  const password = passwordFrom(args.passwordStdin, connection.username, readStdin);
  if (password !== undefined) {
    connection.password = password;
    connection.credentialsFor = passwordOwner(args);
  }
  return connection;
}

let stdinPassword: string | null = null;

/**
 * Reads the password for `--password-stdin`, before the command begins: whoever writes it (`aws ecr get-login-password`) may take seconds,
 * and a pipe that is read at once has nothing yet.
 * @throws {BallastError} bad-argument when there is a terminal, or something longer than any password
 */
export async function awaitPassword(stdin: NodeJS.ReadStream): Promise<void> {
  if (stdin.isTTY) {
    throw new BallastError("bad-argument", "--password-stdin: standard input is a terminal, which would show the password", {
      hint: pipedIn,
    });
  }
  let text = "";
  for await (const chunk of stdin.setEncoding("utf8") as AsyncIterable<string>) {
    text += chunk;
    if (text.length > longestPassword)
      throw new BallastError("bad-argument", "--password-stdin: standard input holds more than a password");
  }
  stdinPassword = text;
}

/** Characters: tokens of cloud registries have some thousands. */
const longestPassword = 64 * 1024;
const pipedIn = "pipe the password in: `pass show registry | ballast … --username NAME --password-stdin`";

/** Milliseconds. */
function timeoutFrom(text: string | null): number | undefined {
  if (text === null) return undefined;
  const duration = parseDuration(text.trim());
  if (duration === null || duration <= 0 || duration > longestTimeout) {
    throw new BallastError("bad-argument", `--timeout or BALLAST_TIMEOUT is "${text}"; it takes a time of more than 0 and at most 24h`, {
      hint: "give seconds, or a duration like 90s, 5m or 1h30m",
    });
  }
  return Math.ceil(duration);
}

const longestTimeout = 86_400_000;

function passwordFrom(fromStdin: boolean, username: string | undefined, readStdin: () => string): string | undefined {
  if (!fromStdin) {
    if (username === undefined) return undefined;
    throw new BallastError("bad-argument", "--username is given without --password-stdin", {
      hint: pipedIn,
    });
  }
  if (username === undefined) throw new BallastError("bad-argument", "--password-stdin is given without --username");
  const password = readStdin().replace(/\r?\n$/, "");
  if (password === "") throw new BallastError("bad-argument", "--password-stdin: standard input holds no password");
  return password;
}
