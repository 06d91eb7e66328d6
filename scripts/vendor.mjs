/**
 * Writes `dist/ui/vendor/gauge.cjs`: the one widget of blessed-contrib that is used, with the modules it loads and their licences, as one
 * file. As a dependency the package would bring fifty others with it (13 MB, some with advisories), none of which the widget needs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const modules = join(import.meta.dirname, "../node_modules");
const entry = join(modules, "blessed-contrib/lib/widget/gauge.js");
/** The one instance that the rest of the screen uses. */
const external = new Set(["blessed"]);

/** @returns {void} */
export function vendorGauge() {
  const target = join(import.meta.dirname, "../dist/ui/vendor");
  const sources = new Map();
  const packages = new Set();
  collect(entry, sources, packages);
  const bodies = [...sources].map(
    ([path, { text, requires }]) => `${JSON.stringify(path)}: [(module, exports, require) => {\n${text}\n}, ${JSON.stringify(requires)}]`,
  );
  const loader = `const loaded = {};
const load = (path) => {
  if (loaded[path] !== undefined) return loaded[path].exports;
  const [body, requires] = modules[path];
  const module = (loaded[path] = { exports: {} });
  body.call(module.exports, module, module.exports, (name) => (requires[name] === undefined ? require(name) : load(requires[name])));
  return module.exports;
};
module.exports = load(${JSON.stringify(relative(modules, entry))});
`;
  mkdirSync(target, { recursive: true });
  writeFileSync(
    join(target, "gauge.cjs"),
    `/* ${[...packages].toSorted().join(", ")}: see LICENSES.txt */\nconst modules = {\n${bodies.join(",\n")}\n};\n${loader}`,
  );
  writeFileSync(join(target, "LICENSES.txt"), [...packages].toSorted().map(licenceOf).join("\n\n"));
}

/**
 * @param {string} file
 * @param {Map<string, { text: string, requires: Record<string, string> }>} sources
 * @param {Set<string>} packages
 * @returns {void}
 */
function collect(file, sources, packages) {
  const path = relative(modules, file);
  if (sources.has(path)) return;
  packages.add(path.split("/")[0]);
  const source = readFileSync(file, "utf8");
  if (file.endsWith(".json")) {
    sources.set(path, { text: `module.exports = ${source.trim()};`, requires: {} });
    return;
  }
  /** @type {Record<string, string>} */
  const requires = {};
  sources.set(path, { text: source, requires });
  const resolve = createRequire(file).resolve;
  for (const [, name] of source.matchAll(/\brequire\(['"]([^'"]+)['"]\)/g)) {
    if (external.has(name)) continue;
    const found = resolve(name);
    requires[name] = relative(modules, found);
    collect(found, sources, packages);
  }
}

/**
 * @param {string} name
 * @returns {string} the text that the package comes with, or the name of its licence and of its author
 */
function licenceOf(name) {
  const directory = join(modules, name);
  const { version, license, author, repository } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md"].map((each) => join(directory, each)).find((each) => existsSync(each));
  const by = typeof author === "string" ? author : (author?.name ?? "its authors");
  const from = typeof repository === "string" ? repository : (repository?.url ?? "");
  const text = file === undefined ? `${license} licence, by ${by} (${from})` : readFileSync(file, "utf8").trim();
  return `${name} ${version}\n${"=".repeat(name.length + version.length + 1)}\n\n${text}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) vendorGauge();
