import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { ImageFacts } from "../../src/cache/image-facts.ts";
import { digestOf } from "../../src/image/digest.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const [lower, upper] = [digestOf(Buffer.from("lower")), digestOf(Buffer.from("upper"))];
const figures = { efficiency: 0.5, sizeBytes: 4, userSizeBytes: 0, wastedBytes: 2, wastedUserPercent: Infinity };

it("keeps figures by all layers in their order, and gives back what no JSON could hold", async () => {
  const directory = temporaryDirectory();
  const first = new ImageFacts(directory);
  first.keep("dive", [lower, upper], figures);
  await first.close();
  const second = new ImageFacts(directory);
  expect(await second.find("dive", [lower, upper])).toEqual(figures);
  for (const others of [[upper, lower], [lower], [lower, upper, upper]]) expect(await second.find("dive", others)).toBeNull();
});

it("takes no damaged figures", async () => {
  const directory = temporaryDirectory();
  const kept = new ImageFacts(directory);
  kept.keep("dive", [lower], figures);
  await kept.close();
  const [name] = readdirSync(directory);
  const bytes = readFileSync(join(directory, name!));
  for (let at = 0; at < bytes.length; at += 1) {
    writeFileSync(join(directory, name!), bytes.with(at, bytes[at]! ^ 1));
    expect(await new ImageFacts(directory).find("dive", [lower])).toBeNull();
  }
});

it("takes no figures of another key, though their files have one name", async () => {
  const [directory, elsewhere] = [temporaryDirectory(), temporaryDirectory()];
  for (const [place, key] of [
    [directory, lower],
    [elsewhere, upper],
  ] as const) {
    const kept = new ImageFacts(place);
    kept.keep("dive", [key], figures);
    await kept.close();
  }
  copyFileSync(join(directory, readdirSync(directory)[0]!), join(elsewhere, readdirSync(elsewhere)[0]!));
  expect(await new ImageFacts(elsewhere).find("dive", [upper])).toBeNull();
});
