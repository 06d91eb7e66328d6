/** samples/dockerfiles: each with an image as its builder would have made it, and the fixes that a person worked out. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fixDockerfile } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import { matchDockerfile } from "../../../analyzers/dockerfile/match.ts";
import { parseDockerfile, stageChain } from "../../../analyzers/dockerfile/parse.ts";
import { analyzeImage } from "../../../src/operations/analyze-image.ts";
import { manifestTexts } from "../../../src/operations/manifest-texts.ts";
import { Scanner } from "../../../src/scan/scanner.ts";
import { openImage } from "../../../src/transports/open.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { projectRoot } from "../../helpers/run-cli.ts";
import { file, whiteout } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory } from "../../helpers/temp-dir.ts";

interface Sample {
  readonly builder: "buildkit" | "classic";
  readonly layers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gone?: Readonly<Record<string, readonly string[]>>;
  readonly owner?: Readonly<Record<string, number>>;
  readonly fixes: readonly string[];
}

const directory = join(projectRoot, "samples/dockerfiles");
const samples = JSON.parse(readFileSync(join(directory, "expected.json"), "utf8")) as Record<string, Sample>;

/** A line's row, as the builder notes it: written down here apart from what reads it. */
function rowOf(lines: readonly string[], from: number, { builder }: Sample): string {
  let text = lines[from - 1]!.replace(/^ONBUILD /, "");
  const heredoc = /^RUN <<(\w+)$/.exec(text)?.[1];
  if (heredoc !== undefined) return `RUN /bin/sh -c ${lines.slice(from, lines.indexOf(heredoc, from)).join("\n")}\n # buildkit`;
  for (let at = from; /\\$/.test(text) && at < lines.length; at += 1) {
    if (/^\s*#/.test(lines[at]!)) continue;
    text = text.slice(0, -1) + lines[at]!;
  }
  if (text.startsWith("RUN [")) text = `RUN ${(JSON.parse(text.slice(4)) as string[]).join(" ")}`;
  else if (text.startsWith("RUN ")) text = `RUN /bin/sh -c ${text.slice(4)}`;
  if (builder === "buildkit") return /^(?:RUN|COPY)/.test(text) ? `${text} # buildkit` : text;
  if (text.startsWith("RUN ")) return text.slice(4);
  const [keyword, ...words] = text.split(" ");
  return `/bin/sh -c #(nop) ${keyword === "COPY" ? `COPY file:${"ab12".repeat(16)} in ${words.at(-1)} ` : text}`;
}

async function analyzed(name: string, sample: Sample) {
  const text = readFileSync(join(directory, `${name}.Dockerfile`), "utf8");
  const lines = text.split(/\r?\n/);
  const dockerfile = await parseDockerfile(text, `${name}.Dockerfile`);
  const started = stageChain(dockerfile, null)
    .flatMap(({ instructions }) => instructions)
    .findLast(({ keyword }) => keyword === "CMD");
  const layers = Object.entries(sample.layers).map(([line, files]) => {
    const uid = sample.owner?.[line] ?? 0;
    return {
      createdBy: rowOf(lines, Number(line), sample),
      content: [
        // What a chown stores again is the same; everything else differs from line to line.
        ...Object.entries(files).map(([path, size]) =>
          file(path, (sample.owner === undefined ? String.fromCodePoint(64 + Number(line)) : "x").repeat(size * 1000), { uid, gid: uid }),
        ),
        ...(sample.gone?.[line] ?? []).map((path) => whiteout(path)),
      ],
    };
  });
  const path = join(makeTemporaryDirectory(), "image.tar");
  const base = {
    createdBy: sample.builder === "classic" ? "/bin/sh -c #(nop) ADD file:aa in / " : "# base",
    content: [file("etc/os-release", "x")],
  };
  writeFileSync(
    path,
    dockerArchive({ layers: [base, ...layers], config: started === undefined ? {} : { Cmd: JSON.parse(started.arguments) as string[] } }),
  );
  const image = await openImage(path, { platform: null, verify: true, connection: {} });
  const scanner = new Scanner({ verify: true, rules: null, cacheDirectory: null, workers: 0 });
  try {
    const analysis = await analyzeImage(image, { scanner, duplicates: false });
    const match = matchDockerfile(dockerfile, image, { target: null, buildArgs: new Map(), baseLayers: null });
    const texts = await manifestTexts(image, analysis.tree);
    const fixed = fixDockerfile(match, { ...analysis, texts }, { path: ".dockerignore", text: null }, { only: null, except: [] });
    return { text, match, fixed };
  } finally {
    await scanner.close();
    await image.close();
  }
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
});
