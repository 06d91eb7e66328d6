import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { samples } from "../../scripts/samples/all.ts";
import { projectRoot } from "../helpers/run-cli.ts";

const directory = join(projectRoot, "samples");
const readSample = (name: string): Buffer => readFileSync(join(directory, name));

describe.each(Object.keys(samples))("samples/%s", (name) => {
  it("is what `npm run samples` writes, byte for byte", () => {
    expect(samples[name]!().equals(readSample(name))).toBe(true);
  });

  it("has its Dockerfile beside it and a line in the README", () => {
    const dockerfile = readSample(name.replace(".tar", ".Dockerfile")).toString();
    expect(dockerfile).toMatch(/^FROM /m);
    expect(readSample("README.md").toString()).toContain(`[${name}](${name.replace(".tar", ".Dockerfile")})`);
  });
});

it("together the sample images stay below 3 MB, and there is no other", () => {
  const images = readdirSync(directory).filter((name) => name.endsWith(".tar"));
  expect(images.sort()).toEqual(Object.keys(samples).sort());
  expect(images.reduce((sum, name) => sum + readSample(name).length, 0)).toBeLessThan(3_000_000);
});
