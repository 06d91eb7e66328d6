/**
 * Every error that a person can encounter, in one closed table: its code, the exit status of the program, and what to do about it.
 * `docs/errors.md` lists the same codes; a test compares them.
 */

import { shorten } from "./text/shorten.ts";

export const ExitStatus = {
  ok: 0,
  gateFailed: 1,
  usage: 2,
  image: 3,
  bug: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

interface ErrorKind {
  readonly exit: 2 | 3;
  /** What to do, unless the thrower has a better hint. */
  readonly hint: string;
}

const usage = (hint: string): ErrorKind => ({ exit: ExitStatus.usage, hint });
const image = (hint: string): ErrorKind => ({ exit: ExitStatus.image, hint });

export const errorKinds = {
  // command line
  "bad-argument": usage("run the command with --help to see what it takes"),
  "bad-config": usage("correct the file, or run `ballast check --init` for a commented one"),
  "bad-dockerfile": usage("correct the line named; `docker build` would refuse it as well"),
  "bad-baseline": usage("give an image, or the JSON that `ballast analyze --json` wrote of one"),
  "ambiguous-image": usage("name one of the choices listed"),
  "unknown-layer": usage("name a layer by index, digest or diff ID prefix, or part of its command"),

  // finding and opening an image
  "image-not-found": image("check the name; a path is opened as a file, anything else is asked of the daemon and the registry"),
  "not-an-image": image("give an archive written by `docker save`, `podman save` or `skopeo copy`, or an OCI layout directory"),
  "unsupported-image": image("the message names what is not supported"),
  "platform-not-found": image("choose one of the platforms listed with --platform"),
  "path-not-found": image("list the files with `ballast analyze --files --json IMAGE`"),

  // daemons, registries and connections to them
  "daemon-unavailable": image("start Docker or podman, or name another endpoint with --host; archives and registries need no daemon"),
  "daemon-denied": image("join the group that owns the socket, or run as its owner"),
  "daemon-too-old": image("update the engine, or save the image with its own client and open the archive"),
  "context-not-found": image("list the contexts with `docker context ls`; unset DOCKER_CONTEXT to use the default one"),
  "connection-failed": image("check the host name, the network and the proxy variables (HTTPS_PROXY, NO_PROXY)"),
  "connection-timeout": image("try again, or allow more time with --timeout SECONDS"),
  "tls-failed": image("give the authority that signed the certificate with --ca FILE, or skip the check with --insecure"),
  unauthorized: image("log in with `docker login` or `podman login`, or pass --username and --password-stdin"),
  forbidden: image("the account may not do this; log in as one that may"),
  "rate-limited": image("wait, or log in: registries allow more to known accounts"),
  "credentials-failed": image("repair or remove the credential helper named in the auth file, or pass --username and --password-stdin"),
  "protocol-error": image("check that the host is a registry or a container engine, and not a proxy or a web page"),
  "build-failed": image("the builder's own messages stand above"),
  "tool-missing": image("install the program named, or save the image where it is installed and open the archive"),

  // broken content
  "blob-missing": image("the archive is incomplete; save or copy the image again"),
  "blob-corrupt": image("the blob is damaged; save or copy the image again"),
  "digest-mismatch": image("the blob is damaged or was tampered with; read it all the same with --no-verify"),
  "manifest-invalid": image("the image was written by a broken tool; rebuild or copy it again"),
  "layer-invalid": image("the layer is not a tar archive that engines would accept; rebuild the image"),
  "limit-exceeded": image("no honest image comes near this limit, which is fixed; rebuild it with less"),

  // reading and writing
  "read-failed": image("check that the file can be read"),
  "write-failed": image("check free space and permissions at the destination"),
  "destination-exists": image("choose another name, or overwrite it with --force"),
  "verification-failed": image("the result was removed; please report this with the image's Dockerfile"),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** In characters. A message may quote text from an image, which can be of any length. */
const longestMessage = 4000;

/** An error caused by the input or the environment: printed as `error: message` and `hint: hint`, never with a stack. */
export class BallastError extends Error {
  override readonly name = "BallastError";
  readonly code: ErrorCode;
  readonly hint: string;

  /** `message` names the thing and says what is wrong with it; `hint` replaces that of the table when the thrower has a better one. */
  constructor(code: ErrorCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(shorten(message, longestMessage), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorKinds[code].hint;
  }

  get exitStatus(): 2 | 3 {
    return errorKinds[this.code].exit;
  }
}

/** The system error code (`ENOENT`, `EACCES`…) of a thrown value, if it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
