/**
 * Gathers the built program into few files: reading, resolving and linking two hundred modules in each of its threads took a third of what a
 * small image costs. Packages stay outside. The doors keep their places in dist/, what they share goes to dist/chunks/; tsc's modules stay
 * beside them for tests and for the types. Plain JavaScript, because it runs before anything is built.
 */
import { chmodSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";

import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Where a thread or a program begins. */
const doors = [
  "src/cli.ts",
  "src/index.ts",
  "src/scan/workers/worker.ts",
  "src/commands/explore/engine.ts",
  "src/compression/blocks/block-worker.ts",
];

/**
 * What is read in one piece, lowest first: the modules that these begin with and all that they import, without what a piece before them
 * holds. What is named is what most runs load; anything else is cut where the program loads it lazily.
 */
const pieces = Object.entries({
  blocks: ["src/compression/blocks/block-worker.ts"],
  start: ["src/base/version.ts", "src/base/files/write-error.ts", "src/command-line/main.ts"],
  spare: ["src/scan/workers/spare-workers.ts"],
  scan: ["src/scan/workers/worker.ts", "src/scan/blob/scan-chunks.ts", "src/scan/content/hash-entries.ts"],
  secrets: ["analyzers/secrets/match/compile-rules.ts", "analyzers/secrets/content-scanner.ts"],
  report: [
    "src/command-line/parse.ts",
    "src/commands/analyze.ts",
    "src/commands/check.ts",
    "src/commands/explore/explore.ts",
    "src/transports/local.ts",
    "src/operations/analyze-tree.ts",
    "src/operations/find-secrets.ts",
    "analyzers/secrets/match/user/load-rules.ts",
    "src/gate/evaluate.ts",
    "src/report/render.ts",
    "src/report/gate/text.ts",
    "src/report/text/text.ts",
    "src/report/json.ts",
  ],
});

/** Static imports by module. @type {Map<string, readonly string[]>} */
const imports = new Map();
/** The piece that each module belongs to. @type {Map<string, string>} */
const pieceOf = new Map();

const bundle = await rolldown({
  input: Object.fromEntries(doors.map((door) => [door.replace(/\.ts$/, ""), join(root, door)])),
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  external: (name) => !/^[./]/.test(name),
  checks: { ineffectiveDynamicImport: false },
  plugins: [
    {
      name: "pieces",
      moduleParsed({ id, importedIds }) {
        imports.set(id, importedIds);
      },
      buildEnd() {
        for (const [piece, roots] of pieces) for (const module of roots) assign(join(root, module), piece);
      },
    },
    {
      // Moved code goes on to find what lies beside the module that it came from.
      name: "places",
      transform(code, id) {
        if (!/\bimport\.meta\.(?:url|dirname)\b/.test(code)) return null;
        const place = JSON.stringify(relative(root, id).replace(/\.ts$/, ".js"));
        return code.replace(/\bimport\.meta\.(url|dirname)\b/g, (_, kind) => `ballastPlace.${kind}(${place})`);
      },
      renderChunk(code, { fileName }) {
        return code.replace(/\bballastPlace\.(url|dirname)\("([^"]+)"\)/g, (_, kind, place) => {
          const path = relative(dirname(fileName), kind === "url" ? place : dirname(place));
          return kind === "url" ? `new URL("${path}", import.meta.url).href` : `\`\${import.meta.dirname}/${path}\``;
        });
      },
    },
  ],
});
rmSync(join(dist, "chunks"), { recursive: true, force: true });
await bundle.write({
  dir: dist,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  comments: { legal: false, annotation: false, jsdoc: false },
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: pieces.map(([name], index) => ({ name, test: (id) => pieceOf.get(id) === name, priority: pieces.length - index })),
  },
});
await bundle.close();
// A link to it is a program, as the one that npm makes.
chmodSync(join(dist, "src/cli.js"), 0o755);
process.exitCode = 0;

/**
 * @param {string} module
 * @param {string} piece
 * @returns {void}
 */
function assign(module, piece) {
  const imported = imports.get(module);
  // Packages, and the modules of Node.
  if (imported === undefined && !module.startsWith(root)) return;
  if (imported === undefined) throw new Error(`${relative(root, module)} is named as part of a piece and is no module of the program`);
  if (pieceOf.has(module)) return;
  // A door stays where it is.
  if (!doors.includes(relative(root, module))) pieceOf.set(module, piece);
  for (const next of imported) assign(next, piece);
}
