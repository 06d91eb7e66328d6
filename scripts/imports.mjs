/**
 * Checks every import of src/, analyzers/ and ui/, type-only and dynamic ones included: no circle, none that runs up the house, no input or
 * output where there shall be none, and no dependency loaded before it is needed. Prints what is wrong and exits with 1.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import process from "node:process";

/** From the top down: a file may import from its own floor and from those below it. */
const floors = [
  "src/cli.ts",
  "src/command-line",
  "src/commands",
  "src/index.ts",
  "src/library",
  "ui",
  "src/queue",
  "src/operations",
  "src/report",
  "src/export",
  "src/rewrite",
  "src/gate",
  "src/scan",
  "src/cache",
  "src/transports",
  "analyzers",
  "src/filesystem",
  "src/config",
  "src/compression",
  "src/tar",
  "src/image",
  "src/terminal",
  "src/base",
];
/** These answer questions about what they are given, and reach for nothing. */
const pure = ["src/image", "analyzers", "ui/viewmodel"];
const inputOrOutput = /^node:(fs|fs\/promises|child_process|http|https|http2|net|tls|dgram|worker_threads|readline)$/;
/** Blessed is known in one folder. */
const blessedIn = "ui/terminal";

const root = join(import.meta.dirname, "..");
const files = ["src", "analyzers", "ui"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`),
  )
  .filter((file) => /\.tsx?$/.test(file))
  .toSorted();
/** @type {string[]} */
const problems = [];
/** @type {Map<string, string[]>} */
const imports = new Map();
/** A file that is itself only loaded by dynamic import may name its dependency at its head. */
const atStart = loadedAtStart();

for (const file of files) {
  const targets = [];
  for (const { specifier, isStatic } of importsOf(readFileSync(join(root, file), "utf8"))) {
    if (specifier.startsWith(".")) {
      const target = normalize(join(dirname(file), specifier)).replaceAll("\\", "/");
      targets.push(target);
      if (floorOf(target) < floorOf(file)) problems.push(`${file} imports ${target}, which is above it`);
    } else {
      if (isIn(file, pure) && inputOrOutput.test(specifier)) problems.push(`${file} imports ${specifier}: no input or output here`);
      if (specifier.startsWith("blessed") && !isIn(file, [blessedIn])) problems.push(`${file} imports ${specifier}: only ${blessedIn} may`);
      if (isStatic && isDependency(specifier) && atStart.has(file)) problems.push(`${file} imports ${specifier} statically`);
    }
  }
  imports.set(file, targets);
}
problems.push(...circles());

for (const problem of problems) console.error(problem);
console.error(`${files.length} files, ${[...imports.values()].flat().length} imports, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * @param {string} source
 * @returns {{ specifier: string, isStatic: boolean }[]}
 */
function importsOf(source) {
  const found = [];
  for (const [, type, specifier = ""] of source.matchAll(/^(?:import|export)\s(type\s)?[^"';]*?from\s+"([^"]+)"/gm))
    found.push({ specifier, isStatic: type === undefined });
  for (const [, specifier = ""] of source.matchAll(/^import\s+"([^"]+)"/gm)) found.push({ specifier, isStatic: true });
  for (const [, specifier = ""] of source.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)) found.push({ specifier, isStatic: false });
  return found;
}

/**
 * @param {string} file
 * @returns {number}
 */
function floorOf(file) {
  const floor = floors.findIndex((name) => isIn(file, [name]));
  if (floor < 0) problems.push(`${file} is on no floor of the house; scripts/imports.mjs lists them`);
  return floor;
}

/**
 * @param {string} file
 * @param {readonly string[]} names files or folders
 * @returns {boolean}
 */
function isIn(file, names) {
  return names.some((name) => file === name || file.startsWith(`${name}/`));
}

/**
 * @param {string} specifier
 * @returns {boolean}
 */
function isDependency(specifier) {
  return !specifier.startsWith("node:");
}

/** @returns {Set<string>} what is loaded by static imports from the program's door */
function loadedAtStart() {
  const reached = new Set();
  const waiting = ["src/cli.ts"];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const { specifier, isStatic } of importsOf(readFileSync(join(root, file), "utf8")))
      if (isStatic && specifier.startsWith(".")) waiting.push(normalize(join(dirname(file), specifier)).replaceAll("\\", "/"));
  }
  return reached;
}

/** @returns {string[]} one sentence for each circle found */
function circles() {
  const found = [];
  const done = new Set();
  for (const start of files) {
    /** @type {string[]} */
    const path = [];
    const onPath = new Set();
    /** @param {string} file */
    const visit = (file) => {
      if (onPath.has(file)) {
        found.push(`a circle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
        return;
      }
      if (done.has(file)) return;
      path.push(file);
      onPath.add(file);
      for (const target of imports.get(file) ?? []) visit(target);
      path.pop();
      onPath.delete(file);
      done.add(file);
    };
    visit(start);
  }
  return found;
}
