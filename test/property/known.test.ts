/** An image whose layers are known is told of in the same bytes as at the first time, whatever was kept of it. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { assert, asyncProperty } from "../helpers/draws.ts";
import { loadRules } from "../../analyzers/secrets/match/user/load-rules.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import type { SecretOptions } from "../../src/operations/analyze-image.ts";
import { renderReport } from "../../src/report/render.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { openImage } from "../../src/transports/open.ts";
import { arbitraryImage } from "../helpers/image/arbitrary-image.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import type { LayerFixture } from "../helpers/image-fixture.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const formats = ["json", "text", "markdown", "dive"] as const;

interface Told {
  readonly reports: readonly string[];
  /** Whether each layer came from the cache. */
  readonly known: readonly boolean[];
}

interface Asked {
  readonly duplicates?: boolean;
  readonly secrets?: SecretOptions;
}

/** @param cacheDirectory null keeps nothing */
async function told(path: string, cacheDirectory: string | null, { duplicates = true, secrets }: Asked = {}): Promise<Told> {
  const compiled = secrets?.mode === "full" ? await secrets.rules() : null;
  const rules = compiled === null ? null : { id: compiled.id, options: compiled.options };
  const scanner = new Scanner({ verify: true, rules, cacheDirectory, workers: 0, fingerprints: true });
  const image = await openImage(path, { platform: null, verify: true, connection: {} });
  try {
    const known: boolean[] = [];
    const analysis = await analyzeImage(image, {
      scanner,
      duplicates,
      secrets,
      hooks: { onLayer: (_, { fromCache }) => known.push(fromCache) },
    });
    const reports: string[] = [];
    for (const format of formats) reports.push(await renderReport(format, analysis, { files: format === "json", all: true }));
    return { reports, known };
  } finally {
    await image.close();
    await scanner.close();
  }
}

const samples = join(import.meta.dirname, "../../samples");

it.each(readdirSync(samples).filter((name) => /^(?:demo|whiteouts)\.tar$/.test(name)))("%s", async (name) => {
  const cache = temporaryDirectory();
  const first = await told(join(samples, name), cache);
  const second = await told(join(samples, name), cache);
  expect(second.known).not.toContain(false);
  expect(second.reports).toEqual(first.reports);
});

it("generated images, and with every file of the cache but the layers' damaged", { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "image.tar");
  let known = 0;
  await assert(
    asyncProperty(arbitraryImage(), async (image) => {
      const cache = join(directory, "cache");
      writeFileSync(path, dockerArchive({ layers: image.layers.map((content) => ({ content, compression: "none" })) }, { shape: "25" }));
      const first = await told(path, cache);
      const second = await told(path, cache);
      if (!second.known.includes(false)) known += 1;
      expect(second.reports).toEqual(first.reports);
      for (const name of readdirSync(cache).filter((each) => each.includes("-image-"))) {
        const bytes = readFileSync(join(cache, name));
        bytes[bytes.length >> 1]! ^= 0x20;
        writeFileSync(join(cache, name), bytes);
      }
      expect((await told(path, cache)).reports).toEqual(first.reports);
      rmSync(cache, { recursive: true });
    }),
    { numRuns: 40 },
  );
  // Images with an empty layer are scanned again.
  expect(known).toBeGreaterThan(10);
});

it("generated images of which one has the other's layers, other commands, or is asked other things", { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "image.tar");
  const write = (layers: readonly LayerFixture[]): void => writeFileSync(path, dockerArchive({ layers }, { shape: "25" }));
  await assert(
    asyncProperty(arbitraryImage(), async (image) => {
      const cache = join(directory, "cache");
      const layers = image.layers.map((content): LayerFixture => ({ content, compression: "none", createdBy: "COPY . /" }));
      const inOneCache = async (asked: readonly LayerFixture[], duplicates = true): Promise<void> => {
        write(asked);
        expect((await told(path, cache, { duplicates })).reports).toEqual((await told(path, null, { duplicates })).reports);
      };
      await inOneCache(layers);
      await inOneCache(layers.slice(0, -1));
      await inOneCache([...layers, layers[0]!]);
      await inOneCache(layers.map((layer) => ({ ...layer, createdBy: "RUN chown -R app /" })));
      await inOneCache(layers, false);
      await inOneCache(layers);
      rmSync(cache, { recursive: true, force: true });
    }),
    { numRuns: 10 },
  );
});

it("findings of whatever rules, lists and config, and no secret is among what is kept", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "image.tar");
  const cache = join(directory, "cache");
  const inFile = "ghp_Zk3vQ9xT1nB7mR5sW2yL8cJ4hF6dA0Vg9Ykq";
  const inConfig = "Xr7-tQ2pLw9z_Mb4";
  const inHistory = "Hn5sKd82Qwzt";
  const write = (env: string): void => {
    const layers: LayerFixture[] = [
      { content: [file("app/.env", `GITHUB_TOKEN=${inFile}\nINTERNAL=corp-1234-abcd\n`)], createdBy: `RUN login --password ${inHistory}` },
      { content: [file("root/.ssh/id_rsa", "no key at all\n")], createdBy: "COPY id_rsa /root/.ssh/" },
    ];
    writeFileSync(path, dockerArchive({ layers, config: { Env: [env] } }, { shape: "25" }));
  };
  const own = await loadRules('[[rules]]\nid = "corp"\nregex = "corp-[0-9]{4}-[a-z]{4}"\nkeywords = ["corp-"]\n', "rules.toml");
  const builtin = await loadRules();
  const asked: readonly SecretOptions[] = [
    { mode: "full", rules: async () => builtin },
    { mode: "full", rules: async () => builtin, allow: [{ rule: "sensitive-file", reason: "known" }] },
    { mode: "full", rules: async () => own },
    { mode: "full", rules: async () => builtin, platform: "linux/amd64" },
    { mode: "config", rules: async () => builtin },
    { mode: "off", rules: async () => builtin },
    { mode: "full", rules: async () => builtin },
  ];
  const different = new Set<string>();
  for (const env of [`DB_PASSWORD=${inConfig}`, "DB_HOST=db"]) {
    write(env);
    for (const secrets of [...asked, ...asked]) {
      const { reports } = await told(path, cache, { secrets });
      expect(reports).toEqual((await told(path, null, { secrets })).reports);
      different.add(reports[0]!);
    }
  }
  expect(different.size).toBe(12);
  const kept = readdirSync(cache).map((name) => readFileSync(join(cache, name)));
  for (const secret of [inFile, inConfig, inHistory, "corp-1234-abcd"]) {
    expect(kept.some((bytes) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, "utf16le")))).toBe(false);
  }
});
