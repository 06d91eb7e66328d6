import type { SecretSurface } from "./secret-finding.ts";
import type { Severity } from "../../../src/base/severity.ts";

interface About {
  readonly surface: SecretSurface;
  readonly severity: Severity;
  readonly state: string;
  readonly inherited: boolean;
  /** It lies in a file inside an archive. */
  readonly inArchive?: boolean;
}

/** What to do about a finding, in one or two sentences. */
export function adviceFor({ surface, severity, state, inherited, inArchive }: About): string {
  if (inherited) return "It comes with the base image: tell its maintainers, or use a base without it.";
  if (severity === "info")
    return "Make sure that no secret is ever given here; pass secrets with `RUN --mount=type=secret` or when the container starts.";
  if (inArchive === true)
    return "Rotate it, and build the archive without it: what lies in archives is not scrubbed. Read it from a file or the environment at start.";
  const scrub = "`ballast optimize --scrub-secrets` writes an image without it.";
  switch (surface) {
    case "env":
      return `Rotate it, and set it when the container starts instead of with ENV. ${scrub}`;
    case "build-arg":
      return `Rotate it, and pass it with \`RUN --mount=type=secret\`: build arguments stay readable in the history. ${scrub}`;
    case "history":
    case "onbuild":
    case "command":
    case "healthcheck":
      return `Rotate it, and read it from \`RUN --mount=type=secret\` or at start instead of writing it into the command. ${scrub}`;
    case "provenance":
      return "Rotate it; attest with `--provenance=mode=min`, or pass it with `RUN --mount=type=secret`, which provenance never records.";
    case "file":
    case "file-name":
      return fileAdvice(surface, state, scrub);
    default:
      return `Rotate it and remove it. ${scrub}`;
  }
}

function fileAdvice(surface: "file" | "file-name", state: string, scrub: string): string {
  const rotate = surface === "file" ? "Rotate it" : "If it holds a secret, rotate that";
  if (state === "present")
    return `${rotate}; keep the file out of the build with .dockerignore, or mount it with \`RUN --mount=type=secret\`. ${scrub}`;
  return `${rotate}: whoever can pull the image can read the layer that still holds it. Mount it with \`RUN --mount=type=secret\` instead. ${scrub}`;
}
