/** The histories that real builders wrote for the Dockerfiles beside them; the lines were read off by a person. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { matchDockerfile } from "../../../analyzers/dockerfile/match.ts";
import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { parseConfig } from "../../../src/image/config.ts";

const directory = join(import.meta.dirname, "../../fixtures/dockerfile-histories");

async function linesOf(builder: string, dockerfile: string) {
  const parsed = await parseDockerfile(readFileSync(join(directory, dockerfile), "utf8"), dockerfile);
  const config = parseConfig(readFileSync(join(directory, `${builder}.json`)), "config");
  const layers = Array.from<never>({ length: config.history.filter(({ emptyLayer }) => emptyLayer !== true).length });
  const match = matchDockerfile(parsed, { config, layers }, { target: null, buildArgs: new Map(), baseLayers: null });
  const lines = match.layers.map((origin) => (origin === null ? "?" : `${origin.kind === "base" ? "base " : ""}${origin.location.line}`));
  return { lines, notes: match.notes };
}

describe("lines found in what real builders wrote", () => {
  const runtime = ["14", "15", "16", "21", "22", "23", "24", "25", "26", "27", "28", "29", "31"];
  const all = ["base 8", ...runtime, "37", "38", "45", "46", "49"];

  it.each([
    ["docker 20.10's classic builder", "docker-classic", all],
    ["docker 20.10's BuildKit", "buildkit-0.8", all],
    ["docker 29", "docker-29", all],
    // Neither makes layers for WORKDIR, nor runs ONBUILD of a stage in the same file.
    ["buildah --layers", "buildah-layers", ["base 8", ...runtime.slice(2), "45", "46", "49"]],
  ])("%s", async (_, builder, lines) => {
    expect(await linesOf(builder, "Dockerfile")).toEqual({ lines, notes: [] });
  });

  it("heredocs, by BuildKit", async () => {
    const lines = ["base 1", "2", "7", "11", "16", "20", "23", "28", "31", "32", "33"];
    expect(await linesOf("buildkit-heredoc", "Heredoc.Dockerfile")).toEqual({ lines, notes: [] });
  });

  it.each([
    ["docker --squash", "docker-squash", ["base 8", ...runtime, "?"], "layer 14 holds"],
    ["buildah without --layers", "buildah-without-layers", ["base 8", "?", "?"], "layer 1, 2 holds"],
  ])("one layer of many instructions gets no line: %s", async (_, builder, lines, note) => {
    const found = await linesOf(builder, "Dockerfile");
    expect(found.lines).toEqual(lines);
    expect(found.notes.join("\n")).toContain(note);
  });
});
