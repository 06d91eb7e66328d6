/** Improves an image's Dockerfile: returns it as text and as a patch. Reads no files and writes none. */
import { findFixes } from "./all.ts";
import type { FixAnalysis } from "./context/fix-context.ts";
import { applyFixes } from "./edits.ts";
import type { Advice, Fix } from "./fix.ts";
import type { DockerfileMatch } from "../match.ts";
import { BallastError } from "../../../src/base/errors.ts";
import { nearest } from "../../../src/base/text/nearest.ts";

export interface IgnoreFile {
  /** Its path, whether or not it exists. */
  readonly path: string;
  /** Null if it does not exist. */
  readonly text: string | null;
}

export interface FixSelection {
  /** Ids, or the rule before the colon; null for all. */
  readonly only: readonly string[] | null;
  readonly except: readonly string[];
}

export interface FixedDockerfile {
  /** The applied fixes, in file order. */
  readonly fixes: readonly Fix[];
  /** Fixes that were found but not applied: deselected, or in conflict with another. */
  readonly left: readonly Fix[];
  readonly advice: readonly Advice[];
  /** The Dockerfile with the fixes applied. */
  readonly text: string;
  /** The ignore file with lines added; null if none are. */
  readonly ignore: { readonly path: string; readonly text: string } | null;
}

/** @throws {BallastError} bad-argument when an id in the selection names no fix */
export function fixDockerfile(match: DockerfileMatch, analysis: FixAnalysis, ignore: IgnoreFile, selection: FixSelection): FixedDockerfile {
  const { fixes: all, advice } = findFixes(match, analysis);
  const there = linesOf(ignore.text);
  const found = all.filter((fix) => fix.edits.length > 0 || fix.ignore.some((line) => !there.has(line)));
  checkSelection(found, selection);
  const wanted = found.filter((fix) => (selection.only === null || names(selection.only, fix)) && !names(selection.except, fix));
  const { text, left } = applyFixes(match.dockerfile.text, wanted);
  const fixes = wanted.filter((fix) => !left.includes(fix));
  const rest = found.filter((fix) => !fixes.includes(fix));
  return { fixes, left: rest, advice, text, ignore: ignored(ignore, fixes) };
}

function names(ids: readonly string[], { id }: Fix): boolean {
  return ids.some((wanted) => wanted === id || wanted === ruleOf(id));
}

function ruleOf(id: string): string {
  return id.slice(0, id.lastIndexOf(":"));
}

function checkSelection(found: readonly Fix[], { only, except }: FixSelection): void {
  const known = found.flatMap(({ id }) => [id, ruleOf(id)]);
  for (const id of [...(only ?? []), ...except]) {
    if (known.includes(id)) continue;
    const near = nearest(
      id,
      found.map(({ id: full }) => (id.includes(":") ? full : ruleOf(full))),
    );
    throw new BallastError("bad-argument", `there is no fix ${id} for this image and Dockerfile`, {
      hint:
        near === null
          ? `there is ${known.length === 0 ? "none" : [...new Set(found.map((fix) => fix.id))].join(", ")}`
          : `did you mean ${near}?`,
    });
  }
}

function ignored({ path, text }: IgnoreFile, fixes: readonly Fix[]): FixedDockerfile["ignore"] {
  const there = linesOf(text);
  const lines = [...new Set(fixes.flatMap((fix) => fix.ignore))].filter((line) => !there.has(line));
  if (lines.length === 0) return null;
  const lineEnd = text?.includes("\r\n") === true ? "\r\n" : "\n";
  const before = text === null || text === "" || text.endsWith("\n") ? (text ?? "") : text + lineEnd;
  return { path, text: before + lines.map((line) => line + lineEnd).join("") };
}

function linesOf(text: string | null): ReadonlySet<string> {
  return new Set((text ?? "").split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, "")));
}

/** A unified diff for `git apply` and `patch -p1`; "" if the texts are equal. */
export async function patchOf(path: string, before: string | null, after: string): Promise<string> {
  if (before === after) return "";
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  const name = path.replace(/^\.?\//, "");
  const from = before === null ? "/dev/null" : `a/${name}`;
  return createTwoFilesPatch(from, `b/${name}`, before ?? "", after, undefined, undefined, { headerOptions: FILE_HEADERS_ONLY });
}
