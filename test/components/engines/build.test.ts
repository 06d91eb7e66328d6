import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";

describeComponents(["dockerd"], "ballast build", () => {
  let docker: Dockerd;
  let context: string;
  let temporary: string;
  beforeAll(async () => {
    docker = await startDockerd();
    context = join(docker.directory, "context");
    temporary = join(docker.directory, "tmp");
    mkdirSync(context);
    mkdirSync(temporary);
    await docker.importRootfs(tar([file("base", "base")]), "test/base:1");
    writeFileSync(join(context, "Dockerfile"), "FROM test/base:1\nARG WHAT\nCOPY app /app\nCOPY app /again\n");
    writeFileSync(join(context, "app"), "x".repeat(50_000));
  }, 60_000);
  afterAll(() => docker?.stop());

  const build = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(["build", ...args], {
      // The client that has a builder of its own stands in /usr/bin.
      env: { PATH: `/usr/bin:${process.env["PATH"]}`, DOCKER_HOST: docker.host, TMPDIR: temporary, ...env },
      cwd: context,
    });

  it.each(["0", "1"])("reports on what was built (BuildKit %s), and leaves nothing behind", async (buildKit) => {
    const result = await build(["-t", `built:${buildKit}`, "--build-arg", "WHAT=--", "."], { DOCKER_BUILDKIT: buildKit });
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toContain(`built:${buildKit}`);
    expect(result.stdout).toContain("3 layers");
    expect(result.stdout).toContain("Dockerfile:3 COPY");
    expect(result.stdout).not.toMatch(/Step 1|Successfully built/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each(["0", "1"])("tells the lines of the file and the stage that it was told to build (BuildKit %s)", async (buildKit) => {
    const text = "ARG BASE=none\nFROM $BASE AS one\nCOPY app /one\nFROM one AS two\nARG TO\nCOPY app $TO\nFROM scratch\nCOPY app /x\n";
    writeFileSync(join(context, "Other.Dockerfile"), text);
    const args = ["--build-arg", "BASE=test/base:1", "--build-arg=TO=/two", "--target", "two", "-fOther.Dockerfile"];
    const result = await build(["--json", "--", ...args, ".", "-t", "built:other"], { DOCKER_BUILDKIT: buildKit });
    expect(result.status, result.stderr).toBe(0);
    const { layers, warnings } = parseReport(result.stdout) as { layers: { dockerfile: object | null }[]; warnings: { code: string }[] };
    expect(layers.map(({ dockerfile }) => dockerfile)).toMatchObject([
      { file: "Other.Dockerfile", line: 2, stage: "one", base: true },
      { line: 3, stage: "one" },
      { line: 6, stage: "two" },
    ]);
    expect(warnings.map(({ code }) => code)).not.toContain("dockerfile-mismatch");
  });

  it("lets the gate decide where CI is set, with the flags before the --", async () => {
    const strict = await build(["--fail", "image-size=60kB", "--", "-t", "built:ci", "."], { CI: "true" });
    expect(strict.status, strict.stderr).toBe(1);
    expect(strict.stdout).toContain("image-size");
    const lenient = await build(["--fail", "image-size=60MB", "--", "."], { CI: "true" });
    expect(lenient.status, lenient.stderr).toBe(0);
  });

  it("says that the build failed and leaves the builder's words above", async () => {
    writeFileSync(join(context, "Broken"), "FROM test/base:1\nCOPY none /\n");
    const result = await build(["-f", "Broken", "."]);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain("error: docker build failed");
    expect(result.stdout).toBe("");
  });

  it("explains itself instead of handing --help on", async () => {
    const result = await build(["--help"]);
    expect(result.status).toBe(0);
    expect(result.stdout).toContain("--engine");
  });
});
