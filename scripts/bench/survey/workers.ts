/** How the work spreads: the same survey of a registry far away, by one worker and by eight, over a real Redis. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { freePort, startDaemon } from "../../../test/helpers/components/engines/daemon.ts";
import type { Daemon } from "../../../test/helpers/components/engines/daemon.ts";
import { file } from "../../../test/helpers/tar-fixture.ts";
import { contentPool } from "../inputs/pool.ts";
import type { Work } from "../measure.ts";
import type { Figure } from "../table.ts";
import { isInstalled } from "../tools.ts";
import type { Tools } from "../rows.ts";
import type { BenchRegistry, Pusher } from "./registry.ts";

const many = 8;
const target = 6;
const [farImages, farLayers, layerBytes] = [24, 8, 6_000_000];

/** Layers that take a while to come and little to read: a file each, uncompressed. */
export async function fillFar(push: Pusher): Promise<void> {
  const pool = contentPool("far");
  const image = async (repository: string, tag: number, count: number, bytes: number): Promise<void> => {
    const layers = [];
    for (let layer = 0; layer < count; layer += 1)
      layers.push(await push.layer([file(`srv/data-${tag}-${layer}`, pool.binary(bytes))], false));
    await push.image(repository, `${tag}`, layers);
  };
  for (let tag = 0; tag < farImages; tag += 1) await image("far/app", tag, farLayers, layerBytes);
  // So that every process has its modules before the clock runs.
  for (let tag = 0; tag < many; tag += 1) await image("near/warm", tag, farLayers, 1000 + tag);
}

/** Empty where Redis is not installed. @param directory for what the runs keep */
export async function spread({ address }: BenchRegistry, directory: string, root: string, { ballast }: Tools): Promise<Figure[]> {
  if (!isInstalled("redis-server")) return [];
  const scratch = join(directory, "workers");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const [proxyPort, redisPort] = [await freePort(), await freePort()];
  const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${proxyPort}/v2/`)).ok;
  const proxy = await startDaemon({
    command: process.execPath,
    args: [join(root, "dist/scripts/bench/survey/slow-proxy.js"), `${proxyPort}`, address],
    log: join(scratch, "proxy.log"),
    ready: answers,
  });
  const redis = await startDaemon({
    command: "redis-server",
    args: ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--save", "", "--dir", scratch],
    log: join(scratch, "redis.log"),
    ready: async () => (await run({ label: "", program: "redis-cli", args: ["-p", `${redisPort}`, "ping"] })) === 0,
  });
  try {
    const seconds: number[] = [];
    for (const processes of [1, many]) {
      // A database of its own: nothing of the other run is known.
      const queue = `redis://127.0.0.1:${redisPort}/${processes}`;
      const worker = await startWorker(
        ballast("worker", "--queue", queue, "--concurrency", `${processes}`, "--state", join(scratch, `${processes}`)),
      );
      // Two processors would be what is measured, were secrets looked for in files: a process reads 60 MB of them in a second.
      const flags = ["-q", "--json", "--no-cache", "--secrets", "config", "--queue", queue];
      const survey = (source: string): Work => ballast("survey", ...flags, `docker://${source}`);
      await run(survey(`${address}/near/warm`));
      const start = performance.now();
      const status = await run(survey(`127.0.0.1:${proxyPort}/far/app`));
      if (status !== 0) throw new Error(`the survey ended with ${status}`);
      seconds.push((performance.now() - start) / 1000);
      await worker.stop();
    }
    const [one, all] = seconds as [number, number];
    const faster = one / all;
    const text = `${one.toFixed(1)} s with one, ${all.toFixed(1)} s with ${many}: ${faster.toFixed(1)} × (target ${target} ×); ${farImages * farLayers} layers of ${layerBytes / 1e6} MB, 20 ms a request, 20 MB/s a connection`;
    return [{ name: `survey by ${many} workers, a registry far away`, text, isMissed: faster < target }];
  } finally {
    await redis.stop();
    await proxy.stop();
  }
}

async function startWorker({ program, args, env }: Work): Promise<Pick<Daemon, "stop">> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: "ignore" });
  return {
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function run({ program, args, env }: Work): Promise<number | null> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: "ignore" });
  const [status] = (await once(child, "exit")) as [number | null];
  return status;
}
