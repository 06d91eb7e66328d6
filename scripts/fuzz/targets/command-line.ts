/** The built program itself, run on mutated images beside a stranger's configuration files. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { dockerArchive } from "../../../test/helpers/image-fixture.ts";
import { randomLayers, richImage } from "../images.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import { Finding, plainText } from "../oracles.ts";
import { ballastYaml, diveCi, gitleaksToml } from "../seeds.ts";
import type { Target } from "../target.ts";

const program = join(import.meta.dirname, "../../../src/cli.cjs");
/** Milliseconds. */
const patience = 20_000;

const commands: readonly (readonly string[])[] = [
  ["analyze", "image.tar"],
  ["analyze", "--json", "--files", "image.tar"],
  ["check", "image.tar"],
  ["check", "--format", "markdown", "image.tar"],
  ["secrets", "image.tar"],
  ["packages", "image.tar"],
  ["export", "image.tar", "/", "-o", "out/rootfs.tar"],
  ["export", "image.tar", "/etc/", "-o", "out/etc.tar"],
  ["squash", "--all", "image.tar", "-o", "oci:out/layout:x"],
  ["optimize", "image.tar", "-o", "out/optimized.tar"],
  ["optimize", "image.tar", "--plan", "out/plan.json"],
  ["diff", "image.tar", "image.tar"],
];

export const commandLine: Target = {
  name: "command-line",
  weight: 1,
  run: async (random, directory) => {
    const work = join(directory, "work");
    mkdirSync(join(work, "out"), { recursive: true });
    mkdirSync(join(work, "tmp"));
    const image = dockerArchive(richImage(randomLayers(random)), { shape: random.of(["1.10", "25", "29"] as const) });
    writeFileSync(join(work, "image.tar"), random.oneIn(2) ? image : mutateBytes(random, image, 1));
    if (random.oneIn(2)) writeFileSync(join(work, ".ballast.yaml"), mutateText(random, ballastYaml));
    if (random.oneIn(4)) writeFileSync(join(work, ".dive-ci"), mutateText(random, diveCi));
    if (random.oneIn(4)) writeFileSync(join(work, ".gitleaks.toml"), mutateText(random, gitleaksToml));
    const args = [...random.of(commands), ...(random.oneIn(4) ? ["--no-verify"] : [])];
    const before = listed(work);
    const status = await run(args, work);
    const beside = listed(work).filter((name) => !before.includes(name));
    if (beside.length > 0) throw new Finding(`ballast ${args.join(" ")} left ${beside.join(", ")}`);
    if (status === 3 && readdirSync(join(work, "out")).length > 0)
      throw new Finding(`ballast ${args.join(" ")} failed and left ${readdirSync(join(work, "out")).join(", ")}`);
    return `status ${status}`;
  },
};

/** What lies in the working directory and in TMPDIR, the destination's own directory apart. */
function listed(work: string): string[] {
  return [...readdirSync(work), ...readdirSync(join(work, "tmp"))];
}

function run(args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: join(cwd, "tmp"),
      XDG_CACHE_HOME: join(cwd, "out/.cache"),
      TMPDIR: join(cwd, "tmp"),
    };
    const child = spawn(process.execPath, [program, ...args, "--no-cache"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", reject);
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      const text = Buffer.concat(output).toString("utf8");
      const what = `ballast ${args.join(" ")}`;
      try {
        if (signal === "SIGKILL") throw new Finding(`${what} hung for ${patience / 1000} s`);
        if (status === null || ![0, 1, 2, 3].includes(status))
          throw new Finding(`${what} ended with ${status ?? signal}: ${text.slice(-2000)}`);
        if (/^\s+at .+:\d+:\d+\)?$/m.test(text)) throw new Finding(`${what} printed a stack trace: ${text.slice(-2000)}`);
        plainText(`what ${what} printed`, text);
        resolve(status);
      } catch (error) {
        reject(error);
      }
    });
  });
}
