/** Runs one of the project's TypeScript programs: `node scripts/run.mjs scripts/samples/main.ts ARGUMENTS…`. Compiles what is stale first. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

import { buildIfStale } from "./build.mjs";
import { installIfStale } from "./install.mjs";

const root = join(import.meta.dirname, "..");

installIfStale();
buildIfStale("tsconfig.scripts.json", ["src", "analyzers", "ui", "scripts", "test/helpers", "test/bench"]);
const [program = "", ...args] = process.argv.slice(2);
const compiled = join(root, "dist", program.replace(/\.ts$/, ".js"));
const { status } = spawnSync(process.execPath, [compiled, ...args], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 70;
