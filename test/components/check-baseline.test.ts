/** Growth between two real builds of one Dockerfile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../helpers/components/available.ts";
import { startDockerd } from "../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../helpers/components/engines/dockerd.ts";
import { runCli } from "../helpers/run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

describeComponents(["dockerd"], "two builds of one Dockerfile", () => {
  let engine: Dockerd;
  let cwd: string;

  beforeAll(async () => {
    engine = await startDockerd();
    cwd = makeTemporaryDirectory();
    writeFileSync(join(cwd, "Dockerfile"), "FROM scratch\nCOPY base.bin /base.bin\nCOPY app.bin /app/app.bin\nUSER 1000\n");
    writeFileSync(join(cwd, "base.bin"), "b".repeat(300_000));
    for (const [tag, bytes] of [
      ["one", 200_000],
      ["two", 260_000],
    ] as const) {
      writeFileSync(join(cwd, "app.bin"), "a".repeat(bytes));
      await engine.docker(["build", "-q", "-t", `app:${tag}`, cwd]);
      await engine.docker(["save", "-o", join(cwd, `${tag}.tar`), `app:${tag}`]);
    }
  }, 120_000);
  afterAll(async () => {
    await engine.stop();
    removeDirectory(cwd);
  });

  it("passes the budget it keeps, and fails the one it breaks, against image and report alike", { timeout: 60_000 }, async () => {
    writeFileSync(join(cwd, "one.json"), (await runCli(["analyze", "--json", "one.tar"], { cwd })).stdout);
    for (const baseline of ["one.tar", "one.json"]) {
      const check = (...fail: string[]) =>
        runCli(["check", "two.tar", "--rules", "none", "--baseline", baseline, ...fail.flatMap((rule) => ["--fail", rule])], { cwd });
      const kept = await check("growth-bytes=60kB", "growth-percent=12%");
      expect([kept.status, kept.stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "Passed: all 2 rules hold."]);
      const broken = await check("growth-bytes=59999", "growth-percent=11.9%");
      expect(broken.status).toBe(1);
      expect(broken.stdout.trimEnd().split("\n").at(-1)).toContain("growth-percent: +12.0 % is more than 11.9 %");
    }
  });

  it("share the layer that did not change", { timeout: 60_000 }, async () => {
    const { stdout } = await runCli(["diff", "one.tar", "two.tar", "--json"], { cwd });
    const { layers, paths } = JSON.parse(stdout) as {
      layers: { after: { shared: boolean }[]; pull: { layers: number } };
      paths: { path: string; what: string[] }[];
    };
    expect(layers.after.map(({ shared }) => shared)).toEqual([true, false]);
    expect(layers.pull.layers).toBe(1);
    expect(paths).toEqual([expect.objectContaining({ path: "/app/app.bin", what: ["content"] })]);
  });
});
