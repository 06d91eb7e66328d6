/** A Dockerfile with the image that a builder would have made of it, and what `fix` makes of both. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { fixDockerfile } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import type { FixedDockerfile, FixSelection } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import { matchDockerfile } from "../../../analyzers/dockerfile/match.ts";
import type { DockerfileMatch } from "../../../analyzers/dockerfile/match.ts";
import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { analyzeImage } from "../../../src/operations/analyze-image.ts";
import { manifestTexts } from "../../../src/operations/manifest-texts.ts";
import { Scanner } from "../../../src/scan/scanner.ts";
import { openImage } from "../../../src/transports/open.ts";
import { dockerArchive } from "../image-fixture.ts";
import type { ImageFixture } from "../image-fixture.ts";
import { file, whiteout } from "../tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../temp-dir.ts";

export interface FixedImage {
  readonly fixed: FixedDockerfile;
  readonly match: DockerfileMatch;
}

export interface FixImageOptions {
  readonly selection?: FixSelection;
  readonly ignore?: string | null;
  readonly secrets?: boolean;
}

export async function fixImage(text: string, image: ImageFixture, options: FixImageOptions = {}): Promise<FixedImage> {
  const dockerfile = await parseDockerfile(text, "Dockerfile");
  const directory = makeTemporaryDirectory();
  const path = join(directory, "image.tar");
  writeFileSync(path, dockerArchive(image));
  const opened = await openImage(path, { platform: null, verify: true, connection: {} });
  const rules = options.secrets === true ? await secretRules() : null;
  const scanner = new Scanner({ verify: true, rules: rules?.spec ?? null, cacheDirectory: null, workers: 0 });
  try {
    const analysis = await analyzeImage(opened, { scanner, duplicates: false, ...(rules === null ? {} : { secrets: rules }) });
    const match = matchDockerfile(dockerfile, opened, { target: null, buildArgs: new Map(), baseLayers: null });
    const texts = await manifestTexts(opened, analysis.tree);
    const ignore = { path: ".dockerignore", text: options.ignore ?? null };
    return { match, fixed: fixDockerfile(match, { ...analysis, texts }, ignore, options.selection ?? { only: null, except: [] }) };
  } finally {
    await scanner.close();
    await opened.close();
    removeDirectory(directory);
  }
}

async function secretRules() {
  const { loadRules } = await import("../../../analyzers/secrets/match/user/load-rules.ts");
  const rules = await loadRules();
  return { mode: "full" as const, rules: async () => rules, spec: { id: rules.id, options: rules.options } };
}

export type Builder = "buildkit" | "classic";

/** A line's row, as the builder notes it: written down here apart from what reads it. */
export function rowOf(lines: readonly string[], from: number, builder: Builder): string {
  let text = lines[from - 1]!.replace(/^ONBUILD /, "");
  const heredoc = /^RUN <<(\w+)$/.exec(text)?.[1];
  if (heredoc !== undefined) return `RUN /bin/sh -c ${lines.slice(from, lines.indexOf(heredoc, from)).join("\n")}\n # buildkit`;
  for (let at = from; /\\\s*$/.test(text) && at < lines.length; at += 1) {
    if (/^\s*(?:#|$)/.test(lines[at]!)) continue;
    text = text.trimEnd().slice(0, -1) + lines[at]!;
  }
  text = text.replace(/\s*\\\s*$/, "");
  // Flags are not noted, by whichever builder.
  text = text.replace(/^((?:RUN|COPY|ADD)\s+)(?:--\S+\s+)+/, "$1");
  if (text.startsWith("RUN [")) text = `RUN ${(JSON.parse(text.slice(4)) as string[]).join(" ")}`;
  else if (text.startsWith("RUN ")) text = `RUN /bin/sh -c ${text.slice(4)}`;
  if (builder === "buildkit") return /^(?:RUN|COPY)/.test(text) ? `${text} # buildkit` : text;
  if (text.startsWith("RUN ")) return text.slice(4);
  const [keyword, ...words] = text.split(" ");
  return `/bin/sh -c #(nop) ${keyword === "COPY" ? `COPY file:${"ab12".repeat(16)} in ${words.at(-1)} ` : text}`;
}

export interface Built {
  /** Bytes, or content, by path, by the number of the line that made them. */
  readonly layers: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  /** What a line deletes. */
  readonly gone?: Readonly<Record<string, readonly string[]>>;
  /** Owner and group of a line's files. */
  readonly owner?: Readonly<Record<string, number>>;
  readonly builder?: Builder;
  readonly config?: Record<string, unknown>;
}

/** The image of these layers above a base of one file. */
export function imageOf(text: string, { layers, gone, owner, builder = "buildkit", config = {} }: Built): ImageFixture {
  const lines = text.split(/\r?\n/);
  const base = {
    createdBy: builder === "classic" ? "/bin/sh -c #(nop) ADD file:aa in / " : "# base",
    content: [file("etc/os-release", "x")],
  };
  return {
    layers: [
      base,
      ...Object.entries(layers).map(([line, files]) => {
        const uid = owner?.[line] ?? 0;
        // What a chown stores again is the same; everything else differs from line to line.
        const letter = owner === undefined ? String.fromCodePoint(64 + Number(line)) : "x";
        const content = Object.entries(files).map(([path, size]) =>
          file(path, typeof size === "string" ? size : letter.repeat(size), { uid, gid: uid }),
        );
        return {
          createdBy: rowOf(lines, Number(line), builder),
          content: [...content, ...(gone?.[line] ?? []).map((path) => whiteout(path))],
        };
      }),
    ],
    config,
  };
}
