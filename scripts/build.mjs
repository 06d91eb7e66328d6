/** Compiles the program to dist/ when a source is newer than the last build. Plain JavaScript, because it runs before anything is built. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { keepPublicTypes } from "./types.mjs";
import { vendorGauge } from "./vendor.mjs";

const root = join(import.meta.dirname, "..");

/**
 * @param {string} [project] the tsconfig to build
 * @param {readonly string[]} [sources] what it compiles
 * @returns {void}
 */
export function buildIfStale(project = "tsconfig.build.json", sources = ["src", "analyzers", "ui"]) {
  const stamp = join(root, "dist", `.${project}.built`);
  const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const inputs = [project, "tsconfig.json", "package-lock.json", "scripts/types.mjs", "scripts/bundle.mjs", "scripts/web.mjs", ...sources];
  if (inputs.every((input) => newest(join(root, input)) < builtAt)) return;
  const startedAt = new Date();
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the build failed");
  keepPublicTypes();
  run("scripts/bundle.mjs", "the program could not be gathered");
  run("scripts/web.mjs", "the page of --format html could not be built");
  vendorGauge();
  writeFileSync(stamp, "");
  utimesSync(stamp, startedAt, startedAt);
}

/**
 * @param {string} script
 * @param {string} failure
 * @returns {void}
 */
function run(script, failure) {
  const { status } = spawnSync(process.execPath, [join(root, script)], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(failure);
}

/**
 * @param {string} path
 * @returns {number} when the newest file below it was changed, in milliseconds
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
