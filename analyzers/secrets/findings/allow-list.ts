/** Findings that the user has accepted: entries of `.ballast.yaml`, and the fingerprints of an earlier report. */
import { BallastError } from "../../../src/base/errors.ts";
import { isExpired } from "../../../src/base/expiry.ts";
import { parseGlob, parseNameGlob } from "../../../src/base/text/glob.ts";
import type { Glob } from "../../../src/base/text/glob.ts";
import { pathFromDisplay } from "../../../src/filesystem/paths.ts";
import { isObject } from "../../../src/image/json.ts";
import type { SecretFinding } from "./secret-finding.ts";

/** All given fields must match. `path` and `key` are globs. */
export interface AllowEntry {
  readonly fingerprint?: string;
  readonly rule?: string;
  readonly path?: string;
  readonly key?: string;
  readonly reason: string;
  /** The last day on which the entry counts: `2027-01-31`. */
  readonly expires?: string;
}

export interface Allowed {
  readonly findings: SecretFinding[];
  /** How many findings an entry or the baseline removed. */
  readonly suppressed: number;
  /** Entries past their date that would have removed something. */
  readonly expired: readonly AllowEntry[];
}

export function applyAllowList(
  findings: readonly SecretFinding[],
  allow: readonly AllowEntry[],
  baseline: ReadonlySet<string>,
  now: Date,
): Allowed {
  const compiled = allow.map((entry) => ({
    entry,
    path: entry.path === undefined ? null : parseGlob(entry.path),
    key: entry.key === undefined ? null : parseNameGlob(entry.key),
    over: isExpired(entry.expires, now.getTime()),
  }));
  const expired = new Set<AllowEntry>();
  const kept = findings.filter((finding) => {
    if (baseline.has(finding.fingerprint)) return false;
    const fitting = compiled.filter((c) => fits(finding, c.entry, c.path, c.key));
    if (fitting.some((c) => !c.over)) return false;
    for (const c of fitting) expired.add(c.entry);
    return true;
  });
  return { findings: kept, suppressed: findings.length - kept.length, expired: [...expired] };
}

function fits(finding: SecretFinding, entry: AllowEntry, path: Glob | null, key: Glob | null): boolean {
  if (entry.fingerprint === undefined && entry.rule === undefined && path === null && key === null) return false;
  if (entry.fingerprint !== undefined && entry.fingerprint !== finding.fingerprint) return false;
  if (entry.rule !== undefined && entry.rule !== finding.rule) return false;
  // An entry for one place must not hide the same secret elsewhere.
  if (path !== null && !finding.locations.every((l) => l.path !== undefined && path.matches(pathFromDisplay(l.path)))) return false;
  return key === null || finding.locations.every((l) => l.key !== undefined && key.matches(Buffer.from(l.key, "utf8").toString("latin1")));
}

/**
 * Fingerprints of a baseline: a JSON report of `ballast secrets` or `ballast analyze`, or a plain list of fingerprints.
 * @throws {BallastError} bad-config
 */
export function parseBaseline(text: string, fileName: string): Set<string> {
  let json: unknown;
  try {
    // Windows shells write a byte order mark before it.
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new BallastError("bad-config", `${fileName} is not JSON`, {
      hint: "write a baseline with `ballast secrets --json IMAGE > FILE`",
      cause,
    });
  }
  const list = isObject(json) ? json["secrets"] : json;
  if (!Array.isArray(list)) {
    throw new BallastError("bad-config", `${fileName} has no list of secrets`, {
      hint: "write a baseline with `ballast secrets --json IMAGE > FILE`",
    });
  }
  const fingerprints = list.map((item: unknown) => {
    const fingerprint = isObject(item) ? item["fingerprint"] : item;
    return typeof fingerprint === "string" ? fingerprint : null;
  });
  if (fingerprints.includes(null)) throw new BallastError("bad-config", `${fileName} has a secret without a fingerprint`);
  return new Set(fingerprints as string[]);
}
