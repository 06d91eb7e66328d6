/** What programs meet that commands do not: streams, abort signals, closing, mixing images up. */
import { copyFileSync, createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { PassThrough } from "node:stream";

import { describe, expect, it } from "vitest";

// As built: layers are read in workers, which only know JavaScript.
import type * as Library from "../../src/index.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const { open, analyze, check, diff, exportTree, plan, predict, render, rewrite, withStep, BallastError } = (await import(
  join(projectRoot, "dist/src/index.js")
)) as typeof Library;

const demo = join(projectRoot, "samples/demo.tar");
const secrets = join(projectRoot, "samples/secrets.tar");
const release = (version: number): string => join(projectRoot, `samples/release-${version}.tar`);

describe("open", () => {
  it("reads a stream like the file", async () => {
    await using file = await open(demo);
    await using stream = await open(createReadStream(demo));
    expect(stream.image.configDigest).toBe(file.image.configDigest);
    const [a, b] = await Promise.all([analyze(file), analyze(stream)]);
    expect(b.totals).toEqual(a.totals);
  });

  it("throws a BallastError with its code", async () => {
    await expect(open("/nowhere/at-all.tar")).rejects.toThrow(BallastError);
    await expect(open("docker-archive:/nowhere/at-all.tar")).rejects.toMatchObject({ code: "image-not-found" });
    await expect(open("-")).rejects.toMatchObject({ code: "bad-argument" });
    await expect(open(Buffer.from("bytes") as never)).rejects.toMatchObject({ code: "bad-argument" });
    await expect(open(demo, { platform: "linux/" })).rejects.toMatchObject({ code: "bad-argument" });
  });

  it("is closed twice without harm, and then reads nothing more", async () => {
    const opened = await open(demo);
    await opened.close();
    await opened.close();
    await expect(analyze(opened)).rejects.toMatchObject({ code: "bad-argument" });
  });
});

describe("analyze", () => {
  it("renders to the very report of the command", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    for (const format of ["text", "json", "markdown", "sarif", "dive"] as const) {
      const { stdout } = await runCli(["analyze", "--format", format, demo]);
      expect(await render(analysis, format)).toBe(stdout);
    }
  });

  it("leaves secrets out that are known, and all of them when told to", async () => {
    await using opened = await open(secrets);
    const all = (await analyze(opened)).secrets!;
    expect(all.length).toBeGreaterThan(3);
    const rest = (await analyze(opened, { knownSecrets: [all[0]!.fingerprint] })).secrets!;
    expect(rest.map(({ fingerprint }) => fingerprint)).toEqual(all.slice(1).map(({ fingerprint }) => fingerprint));
    expect((await analyze(opened, { secrets: "off" })).secrets).toBeNull();
  });

  it("ends with the signal's reason when it is aborted, and the image can be analysed again", async () => {
    await using opened = await open(demo);
    const reason = new Error("enough");
    const controller = new AbortController();
    const work = analyze(opened, { signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(work).rejects.toBe(reason);
    expect((await analyze(opened)).layers).toHaveLength(10);
  });

  it("counts every stored byte as progress", async () => {
    await using opened = await open(demo);
    let bytes = 0;
    await analyze(opened, { onProgress: (progress) => (bytes += progress.bytes) });
    expect(bytes).toBe(opened.image.layers.reduce((sum, { storedBytes }) => sum + storedBytes!, 0));
  });
});

describe("check", () => {
  it("judges as the command does, and looks for no file by itself", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    const gate = await check(analysis, { fail: { "layer-count": 3 }, warn: { "image-size": "10kB" }, defaults: "none" });
    expect(gate.rules.map(({ rule, status }) => [rule, status])).toEqual([
      ["image-size", "warn"],
      ["layer-count", "fail"],
    ]);
    await expect(check(analysis, { fail: { "image-size": "huge" } })).rejects.toMatchObject({ code: "bad-argument" });
  });

  it("does not pass what was not looked for, and refuses a name under which nothing would judge", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened, { secrets: "config", duplicates: false });
    const gate = await check(analysis, { fail: { "duplicate-bytes": 0, secrets: "critical" }, defaults: "none" });
    expect(gate.rules.map(({ rule, status, note }) => [rule, status, note])).toEqual([
      ["duplicate-bytes", "unjudged", null],
      ["secrets", "pass", expect.stringContaining("files were not scanned")],
    ]);
    const mistyped = check(analysis, { fails: { "layer-count": 3 } } as never);
    await expect(mistyped).rejects.toMatchObject({ code: "bad-argument", message: 'check has no option "fails"; did you mean "fail"?' });
  });

  it("measures growth against another analysis", async () => {
    await using one = await open(release(1));
    await using two = await open(release(2));
    const gate = await check(await analyze(two), { baseline: await analyze(one), fail: { "growth-bytes": 0 }, defaults: "none" });
    expect(gate.rules.map(({ rule }) => rule)).toEqual(["growth-bytes"]);
    expect(gate.rules[0]!.status).not.toBe("unjudged");
  });
});

describe("diff", () => {
  it("renders to what the command prints", async () => {
    await using one = await open(release(1));
    await using two = await open(release(2));
    const found = await diff(one, two, { text: ["**"] });
    expect(await render(found, "json")).toBe((await runCli(["diff", "--json", "--text", "**", release(1), release(2)])).stdout);
  });

  it("compares two heights of one image", async () => {
    await using opened = await open(demo);
    const found = await diff({ opened, layer: 2 }, { opened, layer: 4 });
    expect(await render(found, "text")).toBe((await runCli(["diff", "--layers", "2..4", demo])).stdout);
    await expect(diff({ opened, layer: 2 }, { opened, layer: 10 })).rejects.toMatchObject({ code: "unknown-layer" });
  });
});

describe("plan and rewrite", () => {
  it("write what was predicted, and refuse another image's plan", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    const { plan: squashed } = await plan(analysis, { command: "squash", range: { all: true } });
    const output = join(temporaryDirectory(), "slim.tar");
    const { images, verifiedPaths } = await rewrite(analysis, squashed, `docker-archive:${output}`);
    expect(images[0]!.after.uncompressed).toBe(predict(squashed).after.uncompressed);
    expect(verifiedPaths).toBeGreaterThan(50);
    await using written = await open(output);
    expect((await analyze(written)).totals.finalBytes).toBe(analysis.totals.finalBytes);
    await using other = await open(secrets);
    await expect(rewrite(await analyze(other), squashed, "other.tar")).rejects.toMatchObject({ code: "bad-config" });
  });

  it("counts layers without compression, when they are kept, as they are before and after", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened, { secrets: "off" });
    const { plan: squashed } = await plan(analysis, { command: "squash", range: { last: 3 } });
    const { images } = await rewrite(analysis, squashed, `docker-archive:${join(temporaryDirectory(), "last-three.tar")}`);
    const { before, after, estimated } = images[0]!;
    // The three layers hold 42 kB of 1.18 MB: there is next to nothing to win, and nothing to lose.
    expect(estimated).toBe(true);
    expect(Math.abs(after.compressed! - before.compressed!)).toBeLessThan(10_000);
    expect(Math.abs(after.afterSharing! - before.afterSharing!)).toBeLessThan(10_000);
  });

  it("write an archive into a stream", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    const { plan: optimized } = await plan(analysis);
    const stream = new PassThrough();
    const [archive] = await Promise.all([
      buffer(stream),
      rewrite(analysis, withStep(optimized, "hard-link", false), stream).then(() => stream.end()),
    ]);
    expect(archive.includes("manifest.json")).toBe(true);
  });

  it("never take the place of the source, however they are told to", async () => {
    const own = join(temporaryDirectory(), "own.tar");
    copyFileSync(demo, own);
    await using opened = await open(own);
    const analysis = await analyze(opened);
    const { plan: optimized } = await plan(analysis);
    await expect(rewrite(analysis, optimized, own, { force: true })).rejects.toMatchObject({ code: "bad-argument" });
    expect(readFileSync(own).equals(readFileSync(demo))).toBe(true);
  });

  it("leave nothing behind when they are aborted", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    const { plan: optimized } = await plan(analysis);
    const output = join(temporaryDirectory(), "slim.tar");
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    await expect(rewrite(analysis, optimized, output, { signal: controller.signal, onProgress })).rejects.toThrow();
    expect(existsSync(output)).toBe(false);
  });
});

describe("render", () => {
  it("refuses a format that there is not, also of a diff, which has fewer", async () => {
    await using opened = await open(demo);
    await expect(render(await analyze(opened), "pdf" as never)).rejects.toMatchObject({ code: "bad-argument" });
    await expect(render(await diff(opened, opened), "sarif" as never)).rejects.toMatchObject({ code: "bad-argument" });
  });
});

describe("exportTree", () => {
  it("ends with the signal's reason when it is aborted", async () => {
    await using opened = await open(demo);
    const controller = new AbortController();
    const { stream } = exportTree(await analyze(opened), { signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(buffer(stream)).rejects.toBe(reason);
  });

  it("gives the bytes that the command writes", async () => {
    await using opened = await open(demo);
    const analysis = await analyze(opened);
    const whole = await runCli(["export", demo]);
    expect((await buffer(exportTree(analysis).stream)).equals(whole.stdoutBytes)).toBe(true);
    const { isArchive, stream } = exportTree(analysis, { path: "/etc/os-release" });
    expect(isArchive).toBe(false);
    expect((await buffer(stream)).toString()).toBe((await runCli(["export", demo, "/etc/os-release"])).stdout);
    expect(() => exportTree(analysis, { path: "/nowhere" })).toThrow(BallastError);
    expect(() => exportTree(analysis, { layer: 99 })).toThrow(BallastError);
  });
});
