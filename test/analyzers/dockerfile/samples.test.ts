/** samples/dockerfiles: each with an image as its builder would have made it, and the fixes that a person worked out. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { applyFixes } from "../../../analyzers/dockerfile/fixes/edits.ts";
import { parseDockerfile, stageChain } from "../../../analyzers/dockerfile/parse.ts";
import { fixImage, imageOf } from "../../helpers/image/fixed-dockerfile.ts";
import type { Builder, Built, FixedImage } from "../../helpers/image/fixed-dockerfile.ts";
import { projectRoot } from "../../helpers/run-cli.ts";

interface Sample {
  readonly builder: Builder;
  /** Kilobytes. */
  readonly layers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gone?: Readonly<Record<string, readonly string[]>>;
  readonly owner?: Readonly<Record<string, number>>;
  readonly fixes: readonly string[];
}

const directory = join(projectRoot, "samples/dockerfiles");
const samples = JSON.parse(readFileSync(join(directory, "expected.json"), "utf8")) as Record<string, Sample>;

async function analyzed(name: string, sample: Sample): Promise<FixedImage & { readonly text: string }> {
  const text = readFileSync(join(directory, `${name}.Dockerfile`), "utf8");
  const started = stageChain(await parseDockerfile(text, name), null)
    .flatMap(({ instructions }) => instructions)
    .findLast(({ keyword }) => keyword === "CMD");
  const bytes = (files: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(files).map(([path, size]) => [path, size * 1000]));
  const layers = Object.fromEntries(Object.entries(sample.layers).map(([line, files]) => [line, bytes(files)]));
  const config = started === undefined ? {} : { Cmd: JSON.parse(started.arguments) as string[] };
  return { text, ...(await fixImage(text, imageOf(text, { ...sample, layers, config }))) };
}

describe("sample Dockerfiles", () => {
  it("are all in the table, and there are at least thirty", () => {
    const files = readdirSync(directory).flatMap((name) => (name.endsWith(".Dockerfile") ? [name.slice(0, -".Dockerfile".length)] : []));
    expect(files.sort()).toEqual(Object.keys(samples).sort());
    expect(files.length).toBeGreaterThanOrEqual(30);
  });

  it.each(Object.entries(samples))("%s", async (name, sample) => {
    const { text, match, fixed } = await analyzed(name, sample);
    expect(match.layers.map((origin) => origin?.location.line)).toEqual([
      match.stages[0]!.from.line,
      ...Object.keys(sample.layers).map(Number),
    ]);
    expect(fixed.fixes.map(({ id }) => id)).toEqual(sample.fixes);
    // What was written still reads as a Dockerfile, with the same line ends, and says something else only where something was fixed.
    const again = await parseDockerfile(fixed.text, name);
    expect(again.stages.length).toBe(match.dockerfile.stages.length);
    if (text.includes("\r\n")) expect(fixed.text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(fixed.text === text && fixed.ignore === null).toBe(sample.fixes.length === 0);
  });

  it.each(Object.entries(samples).filter(([, { fixes }]) => fixes.length > 0))(
    "%s: every byte outside the edits stays, and built again there is nothing left to fix",
    async (name, sample) => {
      const { text, match, fixed } = await analyzed(name, sample);
      expectOnlyEdits(text, fixed);
      // Fixes alone and in pairs are as careful as all together.
      for (const fix of fixed.fixes) expectOnlyEdits(text, { ...fixed, fixes: [fix], text: applyFixes(text, [fix]).text });
      const second = await fixImage(fixed.text, imageOf(fixed.text, await rebuilt(match, fixed, sample)), {
        ignore: fixed.ignore?.text ?? null,
      });
      expect(second.fixed.fixes.map(({ id }) => id)).toEqual([]);
      expect(second.fixed.text).toBe(fixed.text);
    },
  );
});

/** The new text is the old one, with each edit's text where its range was. */
function expectOnlyEdits(text: string, { fixes, text: after }: Pick<FixedImage["fixed"], "fixes" | "text">): void {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const edits = fixes.flatMap((fix) => fix.edits).sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  let old = 0;
  for (const edit of edits) {
    const kept = text.slice(old, edit.start);
    expect(after.slice(at, at + kept.length)).toBe(kept);
    at += kept.length + edit.text.replaceAll(/\r?\n/g, lineEnd).length;
    old = edit.end;
  }
  expect(after.slice(at)).toBe(text.slice(old));
}

/** The image that the fixed file makes: an instruction's files are those it made before, without what the fixes take out. */
async function rebuilt({ dockerfile, stages }: FixedImage["match"], fixed: FixedImage["fixed"], sample: Sample): Promise<Built> {
  const removed = fixed.fixes.flatMap((fix) => fix.edits).filter((edit) => edit.text === "" && edit.end > edit.start + 1);
  const before = stages.flatMap(({ instructions }) => instructions);
  const isGone = (line: number): boolean => removed.some((edit) => before.some((at) => at.line === line && edit.start === at.start));
  // What a chown stored again, COPY brings with that owner now.
  const owners = Object.entries(sample.owner ?? {}).filter(([line]) => isGone(Number(line)));
  const isTaken = (path: string): boolean =>
    fixed.fixes.some(({ id, changes }) => !id.startsWith("late-ch") && changes.some((root) => `/${path}`.startsWith(root)));
  const after = stageChain(await parseDockerfile(fixed.text, "Dockerfile"), null).flatMap(({ instructions }) => instructions);
  const left = before.filter(({ line }) => !isGone(line));
  const layers: Record<string, Record<string, number>> = {};
  const gone: Record<string, readonly string[]> = {};
  const owner: Record<string, number> = {};
  for (const instruction of after) {
    const textOf = ({ rawArguments, keyword }: typeof instruction): string => `${keyword} ${rawArguments}`;
    const same = left.findIndex((other) => textOf(other) === textOf(instruction));
    const index = same >= 0 ? same : left.findIndex(({ keyword }) => keyword === instruction.keyword);
    const [old] = index < 0 ? [] : left.splice(index, 1);
    const files = old === undefined ? undefined : sample.layers[String(old.line)];
    if (files === undefined) continue;
    const kept = Object.entries(files).filter(([path]) => !isTaken(path));
    layers[String(instruction.line)] = Object.fromEntries(kept.map(([path, size]) => [path, size * 1000]));
    const whiteouts = sample.gone?.[String(old!.line)];
    if (whiteouts !== undefined) gone[String(instruction.line)] = whiteouts;
    if (owners[0] !== undefined && dockerfile.text !== fixed.text) owner[String(instruction.line)] = owners[0][1];
  }
  return { builder: sample.builder, layers, gone, ...(owners.length > 0 ? { owner } : {}) };
}
