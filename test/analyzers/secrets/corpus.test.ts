/** How much of what people leak is found, and how much of what they do not is left alone, over an image each. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { dockerArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { scanConfigTexts } from "../../../analyzers/secrets/config/scan-config.ts";
import { parseConfig } from "../../../src/image/config.ts";
import { plantedConfigs } from "./corpus/configs.ts";
import type { PlantedConfig } from "./corpus/configs.ts";
import { contentOf, plantedFiles } from "./corpus/files.ts";
import { notations } from "./corpus/notations.ts";
import { ordinaryServerFiles, serverFiles } from "./corpus/servers.ts";
import { ordinaryEnvironment, ordinaryFiles, ordinaryRows } from "./corpus/ordinary.ts";

const serious = new Set(["critical", "high", "medium"]);
const rules = compileRules();

async function pathsFound(image: ImageFixture): Promise<Set<string>> {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, dockerArchive(image));
  const { stdout, status } = await runCli(["secrets", "--json", "--no-cache", path]);
  expect(status).toBe(0);
  const { secrets } = JSON.parse(stdout) as { secrets: { severity: string; locations: { path?: string }[] }[] };
  return new Set(secrets.flatMap(({ severity, locations }) => (serious.has(severity) ? locations.map((l) => l.path ?? "") : [])));
}

function isFound({ env, label, cmd, entrypoint, healthcheck, onBuild, history }: PlantedConfig): boolean {
  const json = {
    architecture: "amd64",
    os: "linux",
    config: {
      Env: ["PATH=/usr/bin", ...(env === undefined ? [] : [env])],
      Labels: label === undefined ? {} : { [label[0]]: label[1] },
      Cmd: cmd ?? null,
      Entrypoint: entrypoint ?? null,
      OnBuild: onBuild === undefined ? null : [onBuild],
      ...(healthcheck === undefined ? {} : { Healthcheck: { Test: ["CMD-SHELL", healthcheck] } }),
    },
    rootfs: { type: "layers", diff_ids: [] },
    history: history === undefined ? [] : [{ created_by: history, empty_layer: true }],
  };
  const config = parseConfig(Buffer.from(JSON.stringify(json)), "a config");
  return scanConfigTexts({ config, annotations: {}, layers: [] }, rules).some(({ severity }) => serious.has(severity));
}

describe("what people leak", () => {
  it("in files is found in at least 98 of 100", async () => {
    const planted = [...plantedFiles, ...notations, ...serverFiles];
    expect(planted.length).toBeGreaterThanOrEqual(300);
    const found = await pathsFound({ layers: [planted.map(([path, content]) => file(path, contentOf(content)))] });
    const missed = planted.map(([path]) => path).filter((path) => !found.has(`/${path}`));
    expect(missed.length / planted.length, missed.join("\n")).toBeLessThanOrEqual(0.02);
  });

  it("in configs and history is found in at least 97 of 100", () => {
    expect(plantedConfigs.length).toBeGreaterThanOrEqual(100);
    const missed = plantedConfigs.filter((config) => !isFound(config));
    expect(missed.length / plantedConfigs.length, missed.map((config) => JSON.stringify(config)).join("\n")).toBeLessThanOrEqual(0.03);
  });
});

describe("what is no secret raises no alarm", () => {
  it.each(ordinaryEnvironment)("ENV %s", (env) => {
    expect(isFound({ env }) || isFound({ history: `ENV ${env}` })).toBe(false);
  });

  it.each(ordinaryRows)("%s", (history) => {
    expect(isFound({ history })).toBe(false);
  });

  it("in ordinary files", async () => {
    expect([
      ...(await pathsFound({ layers: [[...ordinaryFiles, ...ordinaryServerFiles].map(([path, content]) => file(path, content))] })),
    ]).toEqual([]);
  });
});
