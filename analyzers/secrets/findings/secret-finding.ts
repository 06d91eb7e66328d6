import { insideMark } from "../match/secret-hit.ts";
import type { Confidence, Severity } from "../../../src/base/severity.ts";

export type SecretSurface =
  | "env"
  | "build-arg"
  | "history"
  | "label"
  | "command"
  | "healthcheck"
  | "onbuild"
  | "author"
  | "legacy-config"
  | "config"
  | "file"
  | "file-name"
  | "provenance";

export interface SecretLocation {
  readonly surface: SecretSurface;
  readonly layer?: number;
  /** Redacted command of that layer. */
  readonly createdBy?: string;
  /** Absolute; sanitise before printing. */
  readonly path?: string;
  /** If `path` is an archive: the path of the file inside it, with `!/` after each nested archive. */
  readonly inside?: string;
  readonly line?: number;
  readonly key?: string;
  /** Set if several platforms were scanned. */
  readonly platform?: string;
}

/** The place of a file: `/app/app.jar!/BOOT-INF/classes/application.yml` for one in an archive. Not sanitised. */
export function filePlace({ path, inside }: Pick<SecretLocation, "path" | "inside">): string | undefined {
  return path === undefined || inside === undefined ? path : `${path}${insideMark}${inside}`;
}

export interface SecretFinding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** At least one; the same secret in ENV and in history is one finding with two. */
  readonly locations: readonly SecretLocation[];
  /** `present`, `overwritten in layer N`, `deleted in layer N but recoverable`, `metadata`. */
  readonly state: string;
  readonly redacted: string;
  /** Stable across runs and rebuilds. */
  readonly fingerprint: string;
  readonly advice: string;
  /** True if all its locations are in the base image. */
  readonly inherited: boolean;
}
