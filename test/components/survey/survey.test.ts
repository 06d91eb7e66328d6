/** A survey of a real registry: what it fetches, what it finds, what it goes on with. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { startRegistry } from "../../helpers/components/servers/registry.ts";
import type { Registry } from "../../helpers/components/servers/registry.ts";
import type { ImageFixture, LayerFixture } from "../../helpers/image-fixture.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { parseSurvey } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";
import { directory, file, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const key = `token = "ghp_${createHash("sha256").update("a secret of this test").digest("hex").slice(0, 36)}"\n`;

const base: LayerFixture = {
  content: [directory("etc"), file("etc/base", Buffer.alloc(50_000, "b")), file("etc/app.conf", key)],
  compression: "gzip",
  createdBy: "COPY base /",
};
/** Uncompressed, and with files of equal size: what tells them apart needs their content. */
const plain: LayerFixture = {
  content: [file("data", Buffer.alloc(20_000, "p")), file("copy", Buffer.alloc(20_000, "p"))],
  compression: "none",
};
const top = (name: string): LayerFixture => ({ content: [file(name, Buffer.alloc(10_000, name)), whiteout("data")], compression: "zstd" });

const images: Record<string, ImageFixture> = {
  "team/one:1": { layers: [base, plain, top("a")], configOverrides: { created: "2026-01-01T00:00:00Z" } },
  "team/one:2": { layers: [base, plain, top("b")], configOverrides: { created: "2026-02-01T00:00:00Z" } },
  "team/two:1": { layers: [base, top("c")], configOverrides: { created: "2026-01-15T00:00:00Z" } },
  "other/three:1": { layers: [plain], configOverrides: { created: "2025-01-01T00:00:00Z" } },
};

describeComponents(["docker-registry"], "survey of a registry", () => {
  let registry: Registry;

  beforeAll(async () => {
    registry = await startRegistry();
    for (const [name, fixture] of Object.entries({ ...images, "team/one:stable": images["team/one:2"]! })) {
      const destination = registryDestination(`${registry.address}/${name}`);
      await destination.write(outgoingOf(fixture), { force: true, connection: { authFile: "/nonexistent" } });
    }
  }, 60_000);
  afterAll(() => registry.stop());

  const run = (state: string, ...args: string[]): Promise<CliResult> =>
    runCli(["survey", "--state", state, ...args], { env: { CI: undefined } });
  const layerDigests = new Set(Object.values(images).flatMap((fixture) => outgoingOf(fixture).built.layers.map(({ digest }) => digest)));
  /** How often each layer was fetched, by the registry's own log. */
  const fetches = (): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const [, digest] of readFileSync(join(registry.directory, "registry.log"), "utf8").matchAll(
      /"GET \/v2\/[^ ]+\/blobs\/(sha256:[0-9a-f]{64}) /g,
    ))
      if (layerDigests.has(digest!)) counts.set(digest!, (counts.get(digest!) ?? 0) + 1);
    return counts;
  };

  it("fetches no layer for the ledger, each distinct one once for the rest, and none again", async () => {
    const state = temporaryDirectory();
    const before = fetches().size;
    const ledger = await run(state, "--manifests-only", "--json", `docker://${registry.address}`);
    expect([ledger.stderr, ledger.status]).toEqual(["", 0]);
    expect(fetches().size).toBe(before);
    const first = await run(state, "--json", `docker://${registry.address}`);
    expect([first.stderr, first.status]).toEqual(["", 0]);
    expect(fetches()).toEqual(new Map([...layerDigests].map((digest) => [digest, 1])));
    const second = await run(state, "--json", `docker://${registry.address}`);
    expect(second.stdout).toBe(first.stdout);
    expect(fetches()).toEqual(new Map([...layerDigests].map((digest) => [digest, 1])));
  });

  it("says of each image what `analyze` says of it alone", async () => {
    const { stdout } = await run(temporaryDirectory(), "--json", `docker://${registry.address}`);
    const survey = parseSurvey(stdout);
    expect(survey.images.length).toBe(4);
    for (const { name, analysis } of survey.images) {
      const alone = JSON.parse((await runCli(["analyze", "--json", `docker://${name}`])).stdout);
      expect(analysis).toMatchObject({
        totalBytes: alone.image.totalBytes,
        finalBytes: alone.image.finalBytes,
        wastedBytes: alone.efficiency.wastedBytes,
        efficiency: alone.efficiency.score,
        packages: alone.packages.length,
        verified: true,
      });
      expect(Object.values<number>(analysis.secrets).reduce((a, b) => a + b)).toBe(alone.secrets.length);
    }
  });

  it("reports a secret in a shared layer once, with every image that carries it, and never in clear", async () => {
    const { stdout } = await run(temporaryDirectory(), "--json", `docker://${registry.address}`);
    const survey = parseSurvey(stdout);
    const found = survey.secrets.filter(({ locations }: { locations: { path?: string }[] }) =>
      locations.some(({ path }) => path === "/etc/app.conf"),
    );
    expect(found.length).toBe(1);
    expect(found[0].images.map(({ name }: { name: string }) => name)).toEqual(
      ["team/one:1", "team/one:2", "team/two:1"].map((name) => `${registry.address}/${name}`),
    );
    expect(stdout).not.toContain(key.slice(9, 40));
  });

  it("counts what is stored as the registry stores it, and what deleting would free", async () => {
    const { stdout } = await run(temporaryDirectory(), "--manifests-only", "--json", `docker://${registry.address}`);
    const survey = parseSurvey(stdout);
    const stored = new Map(
      Object.values(images).flatMap((fixture) => {
        const { built } = outgoingOf(fixture);
        return [built.config, built.manifest, ...built.layers].map(({ digest, bytes }) => [digest, bytes.length] as const);
      }),
    );
    expect(survey.totals).toMatchObject({ repositories: 3, tags: 5, images: 4, layers: layerDigests.size });
    expect(survey.totals.storedBytes).toBe([...stored.values()].reduce((a, b) => a + b));
    // Both tags hold the same image: deleting either frees nothing.
    const freed = new Map(
      survey.tags.map((row: { repository: string; tag: string; exclusiveBytes: number }) => [
        `${row.repository}:${row.tag}`,
        row.exclusiveBytes,
      ]),
    );
    expect(freed.get(`${registry.address}/team/one:stable`)).toBe(0);
    expect(freed.get(`${registry.address}/team/one:1`)).toBeGreaterThan(0);
    expect(survey.identical.map(({ names }: { names: string[] }) => names.length)).toEqual([2]);
  });

  it("goes through a part: globs, the newest tags, images of an age", async () => {
    const names = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await run(temporaryDirectory(), "--manifests-only", "--json", ...args);
      const selected = parseSurvey(stdout).images.filter((image: { selected: boolean }) => image.selected);
      return selected.map(({ name }: { name: string }) => name.slice(registry.address.length + 1));
    };
    const at = `docker://${registry.address}`;
    expect(await names(`${at}/team/*`)).toEqual(["team/one:1", "team/one:2", "team/two:1"]);
    expect(await names(`${at}/team/two`)).toEqual(["team/two:1"]);
    expect(await names(`${at}/team/one:1`)).toEqual(["team/one:1"]);
    expect(await names(at, "--include", "*:2")).toEqual(["team/one:2"]);
    expect(await names(at, "--exclude", "team/*")).toEqual(["other/three:1"]);
    expect(await names(at, "--exclude", "**/stable", "--exclude", "*:stable", "--latest", "1")).toEqual([
      "other/three:1",
      "team/one:2",
      "team/two:1",
    ]);
    expect(await names(at, "--newer-than", "2026-01-10")).toEqual(["team/one:2", "team/two:1"]);
  });

  it("judges every image by the rules given, and ends with 1 when one fails", async () => {
    const { stdout, status } = await run(
      temporaryDirectory(),
      "--json",
      "--rules",
      "none",
      "--fail",
      "secrets=low",
      `docker://${registry.address}`,
    );
    expect(status).toBe(1);
    const verdicts = parseSurvey(stdout).images.map(({ verdict }: { verdict: { status: string } }) => verdict.status);
    expect(verdicts).toEqual(["pass", "fail", "fail", "fail"]);
  });

  it("reports an image whose layer is damaged, and goes on with the others; --strict makes that status 3", async () => {
    const broken = await startRegistry();
    try {
      for (const name of ["team/good:1", "team/bad:1"]) {
        const fixture = images[name === "team/bad:1" ? "other/three:1" : "team/two:1"]!;
        await registryDestination(`${broken.address}/${name}`).write(outgoingOf(fixture), {
          force: true,
          connection: { authFile: "/nonexistent" },
        });
      }
      const { digest, bytes } = outgoingOf(images["other/three:1"]!).built.layers[0]!;
      const hex = digest.replace("sha256:", "");
      writeFileSync(
        join(broken.directory, "registry/docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data"),
        Buffer.alloc(bytes.length, "x"),
      );
      const { stdout, status } = await run(temporaryDirectory(), "--json", `docker://${broken.address}`);
      const survey = parseSurvey(stdout);
      expect(status).toBe(0);
      expect(survey.unreadable.map(({ name }: { name: string }) => name)).toEqual([`${broken.address}/team/bad:1`]);
      expect(survey.images.map(({ analysis }: { analysis: unknown }) => analysis === null)).toEqual([true, false]);
      expect((await run(temporaryDirectory(), "--strict", `docker://${broken.address}`)).status).toBe(3);
    } finally {
      await broken.stop();
    }
  });

  it("goes on where it was when it is interrupted", async () => {
    const state = temporaryDirectory();
    await run(state, "--json", `docker://${registry.address}/team/two`);
    const before = fetches();
    await run(state, "--json", `docker://${registry.address}`);
    const again = [...fetches()].filter(([digest, count]) => count > before.get(digest)!);
    expect(again.length).toBe(layerDigests.size - 2);
  });

  it("tells how to name repositories when the registry does not list them", async () => {
    const locked = await startRegistry({ auth: "basic" });
    try {
      const { stderr, status } = await run(temporaryDirectory(), `docker://${locked.address}`);
      expect(status).toBe(3);
      expect(stderr).toContain("does not list its repositories");
      expect(stderr).toContain("--from");
      const allowed = await runCli(
        ["survey", `docker://${locked.address}`, "--username", locked.credentials.username, "--password-stdin"],
        { stdin: locked.credentials.password },
      );
      expect([allowed.stderr, allowed.status]).toEqual([
        "error: the sources have no image\nhint: check the names; archives are known by endings like .tar\n",
        3,
      ]);
    } finally {
      await locked.stop();
    }
  });
});
