/**
 * Ended from outside at a random moment: what the destination's name shows is whole or not there, and what a killed run leaves is swept by
 * the next. Moments come from BALLAST_SEED; BALLAST_FAULT_RUNS sets how many there are (4).
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { drawSeed } from "../../helpers/draws.ts";
import { Random } from "../../../scripts/fuzz/random.ts";
import { faultImage } from "../../helpers/image/fault-image.ts";
import { startLoadingEngine } from "../../helpers/screen/loading-engine.ts";
import type { LoadingEngine } from "../../helpers/screen/loading-engine.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { startZooRegistry } from "../../helpers/registry/zoo-registry.ts";
import type { ZooRegistry } from "../../helpers/registry/zoo-registry.ts";

const image = faultImage();
const runs = Number(process.env["BALLAST_FAULT_RUNS"] ?? 4);
const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
/** Milliseconds that the longest of the commands takes here, unhindered. */
const longest = 1500;

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

function place(): Place {
  const cwd = temporaryDirectory();
  for (const name of ["tmp", "out", "cache"]) mkdirSync(join(cwd, name));
  writeFileSync(join(cwd, "app.tar"), image);
  return { cwd, env: { TMPDIR: join(cwd, "tmp"), XDG_CACHE_HOME: join(cwd, "cache") } };
}

const statuses: Readonly<Record<(typeof signals)[number], number | null>> = { SIGINT: 130, SIGTERM: 143, SIGKILL: null };

/** It has either ended before the signal came, or by it. */
function expectEnded(result: CliResult, signal: (typeof signals)[number], what: string): void {
  const byItself = result.status === 0;
  const bySignal = result.status === statuses[signal] && (signal !== "SIGKILL" || result.signal === "SIGKILL");
  // Node has no handler in its first milliseconds: then the signal itself ends it.
  const early = result.signal === signal;
  expect({ what, byItself, bySignal, early, stderr: result.stderr }).toSatisfy(
    (ended: { byItself: boolean; bySignal: boolean; early: boolean }) => ended.byItself || ended.bySignal || ended.early,
  );
  expect(`${what}: ${result.stderr}`).not.toMatch(/^\s+at /m);
}

const commands = [
  ["analyze", "-q", "app.tar"],
  ["squash", "-q", "--all", "app.tar", "-o", "docker-archive:out/out.tar"],
  ["squash", "-q", "--all", "app.tar", "-o", "oci:out/layout:x"],
  ["squash", "-q", "--all", "app.tar", "-o", "docker://REGISTRY/fault/image:RUN"],
  ["squash", "-q", "--all", "app.tar", "-o", "docker-daemon:fault/image:RUN", "--host", "ENGINE"],
] as const;

describe(`ended at a random moment (seed ${drawSeed})`, () => {
  it(`${runs} times: nothing half-written, and nothing left after the next run`, { timeout: 20_000 + runs * 20_000 }, async () => {
    const registry = await startZooRegistry();
    const engine = await startLoadingEngine();
    onTestFinished(async () => {
      engine.stop();
      await registry.stop();
    });
    for (let run = 0; run < runs; run += 1) {
      const random = new Random(`${drawSeed}:${run}`);
      // Each run has a tag of its own: what one leaves is not a destination of another.
      const tag = String(run);
      const args = random
        .of(commands)
        .map((word) => word.replace("REGISTRY", registry.address).replace("ENGINE", engine.host).replace("RUN", tag));
      const [signal, moment] = [random.of(signals), 50 + random.below(longest)];
      const what = `run ${run}: ${signal} after ${moment} ms of ${args.join(" ")}`;
      const { cwd, env } = place();
      const result = await runCli(args, { cwd, env, interrupt: [signal, moment] });
      expectEnded(result, signal, what);
      await expectWhole({ cwd, registry, engine, tag }, what);
      if (signal !== "SIGKILL") expect([what, readdirSync(join(cwd, "tmp"))]).toEqual([what, []]);
      // The next run gets what it asks for, and sweeps.
      expect([what, await runCli([...args, ...(args[0] === "squash" ? ["--force"] : [])], { cwd, env })]).toMatchObject([
        what,
        { status: 0 },
      ]);
      await expectWhole({ cwd, registry, engine, tag }, what);
      const left = ["tmp", "out", "cache/ballast"].flatMap((name) => readdirSync(join(cwd, name)));
      expect([what, left.filter((name) => /^ballast-|\.partial$|\.lock$/.test(name))]).toEqual([what, []]);
    }
  });
});

interface Destinations {
  readonly cwd: string;
  readonly registry: ZooRegistry;
  readonly engine: LoadingEngine;
  readonly tag: string;
}

/** Under the names that were asked for stands an image that passes its own verification, or nothing. */
async function expectWhole({ cwd, registry, engine, tag }: Destinations, what: string): Promise<void> {
  const archive = join(cwd, "out/out.tar");
  const layout = join(cwd, "out/layout");
  const names = [...(existsSync(archive) ? [archive] : []), ...(existsSync(join(layout, "index.json")) ? [`oci:${layout}`] : [])];
  // A tag comes last: what it names is there.
  if (registry.manifests.has(`fault/image:${tag}`)) names.push(`docker://${registry.address}/fault/image:${tag}`);
  if (engine.loaded(tag) !== null) names.push(`docker-daemon:fault/image:${tag}`);
  for (const name of names) {
    const { status, stderr } = await runCli(["analyze", "-q", name, "--no-cache", "--insecure", "--host", engine.host]);
    // A layout in which the image is not listed yet is one without images.
    if (status !== 0) expect([what, stderr]).toEqual([what, expect.stringMatching(/has no image|holds no image/)]);
  }
}
