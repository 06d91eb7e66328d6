/**
 * Gathers the built program into few files: reading, resolving and linking two hundred modules in each of its threads took a third of what a
 * small image costs. Packages stay outside. The doors keep their places in dist/, what they share goes to dist/chunks/; tsc's modules stay
 * beside them for tests and for the types. Plain JavaScript, because it runs before anything is built.
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";

import { rolldown } from "rolldown";

import { asScripts } from "./bundle/scripts.mjs";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Where a thread or a program begins. */
const doors = [
  "src/cli.ts",
  "src/index.ts",
  "src/scan/workers/worker.ts",
  "src/commands/explore/engine.ts",
  "src/compression/blocks/block-worker.ts",
  "src/base/code/pieces.ts",
];

/**
 * What is read in one piece, lowest first: the modules that these begin with and all that they import, without what a piece before them
 * holds. What is named is what most runs load; anything else is cut where the program loads it lazily.
 */
const pieces = Object.entries({
  blocks: ["src/compression/blocks/block-worker.ts"],
  start: ["src/base/version.ts", "src/base/files/write-error.ts", "src/command-line/main.ts"],
  spare: ["src/cache/kept-code.ts", "src/scan/workers/spare-workers.ts"],
  // What is left for the next is read where a layer is scanned: of a known image none is.
  shared: [
    "src/tar/read/walk.ts",
    "src/tar/read/parser.ts",
    "src/compression/decompress.ts",
    "src/compression/sniff.ts",
    "src/filesystem/catalog-builder.ts",
    "src/image/json.ts",
    "src/scan/content/content.ts",
    "src/scan/content/fingerprint.ts",
    "src/scan/workers/compiled-rules.ts",
    "src/scan/workers/protocol.ts",
    "analyzers/run-user.ts",
    "analyzers/secrets/match/rule-options.ts",
  ],
  scan: ["src/scan/workers/worker.ts", "src/scan/blob/scan-chunks.ts", "src/scan/content/hash-entries.ts"],
  // Wanted by whoever looks for secrets inside of files, and by whoever reads a layer and looks for none.
  zstd: ["src/compression/zstd/zstd.ts", "src/compression/zstd/module.ts", "src/compression/zstd/wasm-decoder.ts"],
  secrets: ["analyzers/secrets/match/compile-rules.ts", "analyzers/secrets/content-scanner.ts"],
  report: [
    "src/command-line/parse.ts",
    "src/commands/analyze.ts",
    "src/commands/check.ts",
    "src/commands/explore/explore.ts",
    "src/transports/local.ts",
    "src/operations/analysis/analyze-tree.ts",
    "src/gate/evaluate.ts",
    "src/report/render.ts",
    "src/report/gate/text.ts",
    "src/report/text/text.ts",
    "src/report/json.ts",
  ],
  // Of an image that is known nothing is worked out.
  figures: [
    "src/operations/analysis/tree-figures.ts",
    "src/operations/analysis/find-secrets.ts",
    "analyzers/secrets/match/user/load-rules.ts",
  ],
});

/** Modules of Node that take up to two milliseconds to load, and that nobody needs to tell what is known; what is used of them are functions. */
const loadedWhenCalled = new Set(["crypto", "fs/promises", "timers/promises", "v8"]);

/** Static imports by module. @type {Map<string, readonly string[]>} */
const imports = new Map();
/** The piece that each module belongs to. @type {Map<string, string>} */
const pieceOf = new Map();

/** @type {{ readonly compileBuiltinRules: () => { readonly id: string } }} */
const { compileBuiltinRules } = await import(join(dist, "analyzers/secrets/match/compile-rules.js"));

const bundle = await rolldown({
  input: Object.fromEntries(doors.map((door) => [door.replace(/\.ts$/, ""), join(root, door)])),
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  external: (name) => !/^[./]/.test(name),
  checks: { ineffectiveDynamicImport: false },
  transform: { define: { ballastRulesId: JSON.stringify(compileBuiltinRules().id) } },
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
  minifyInternalExports: false,
  comments: { legal: false, annotation: false, jsdoc: false },
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: pieces.map(([name], index) => ({ name, test: (id) => pieceOf.get(id) === name, priority: pieces.length - index })),
  },
});
await bundle.close();
withoutDetours();
withoutFacades();
asScripts(
  dist,
  doors.map((door) => door.replace(/\.ts$/, ".js")),
);
// A link to it is a program, as the one that npm makes.
for (const program of ["src/cli.js", "src/cli.cjs"]) chmodSync(join(dist, program), 0o755);
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

/**
 * A module that is loaded lazily and lies in a piece gets a chunk of one line, which hands on what the piece holds. To find, read and link
 * these lines took a tenth of what a small image costs: whoever asks for one gets it from the piece itself, which is mostly there already.
 * @returns {void}
 */
function withoutDetours() {
  const chunks = new Map(readdirSync(join(dist, "chunks")).map((name) => [`chunks/${name}`, readBuilt(`chunks/${name}`)]));
  /** @type {Map<string, { readonly piece: string, readonly names: readonly (readonly string[])[] }>} */
  const detours = new Map();
  for (const [name, code] of chunks) {
    const [, names, piece] = /^export \{ ([^}]+) \} from "\.\/([^"]+)";\s*$/.exec(code) ?? [];
    if (names !== undefined && piece !== undefined)
      detours.set(name, { piece, names: names.split(", ").map((pair) => pair.split(" as ")) });
  }
  for (const door of doors.map((each) => each.replace(/\.ts$/, ".js"))) chunks.set(door, readBuilt(door));
  for (const [name, code] of chunks) {
    /** @type {Map<string, string>} */
    const asked = new Map();
    const straight = code.replace(/\bimport\("(\.[^"]+)"\)/g, (whole, target) => {
      const detour = detours.get(join(dirname(name), target));
      if (detour === undefined) return whole;
      const path = `${dirname(target)}/${detour.piece}`;
      const wanted = (/** @type {string} */ module) =>
        `({ ${detour.names.map(([held, as = held]) => `${as}: ${module}.${held}`).join(", ")} })`;
      const isThere = `chunks/${detour.piece}` === name || code.includes(` from "${path}";\n`);
      if (!isThere) return `import("${path}").then((piece) => ${wanted("piece")})`;
      const module = `piece_${detour.piece.replace(/\W/g, "_")}`;
      asked.set(path, module);
      return `Promise.resolve${wanted(module)}`;
    });
    const imports = [...asked].map(([path, module]) => `import * as ${module} from "${path}";\n`);
    if (straight !== code) writeFileSync(join(dist, name), imports.join("") + straight);
  }
  for (const name of detours.keys()) rmSync(join(dist, name));
}

/**
 * To import a module of Node is to read all that it exports, and some of that loads further modules (webcrypto, parseArgs, fs.promises):
 * 2 ms a thread. Asked for directly it gives what is used.
 * @returns {void}
 */
function withoutFacades() {
  const files = [
    ...readdirSync(join(dist, "chunks")).map((name) => `chunks/${name}`),
    ...doors.map((door) => door.replace(/\.ts$/, ".js")),
  ];
  for (const file of files) {
    const called = readBuilt(file).replace(/^import \{ ([^}]+) \} from "node:([^"]+)";$/gm, (whole, names, module) => {
      return loadedWhenCalled.has(module) ? whenCalled(names.split(", "), module) : whole;
    });
    const straight = called.replace(
      /^import \{ ([^}]+) \} from ("node:[^"]+");$/gm,
      (_, names, module) => `const { ${names.replaceAll(" as ", ": ")} } = process.getBuiltinModule(${module});`,
    );
    const whole = straight.replace(/^import \* as (\S+) from ("node:[^"]+");$/gm, "const $1 = process.getBuiltinModule($2);");
    writeFileSync(join(dist, file), whole);
  }
}

/**
 * @param {readonly string[]} names what is used of the module: functions, and the constants, which are those of fs; `name as local` where they differ
 * @param {string} module
 * @returns {string}
 */
function whenCalled(names, module) {
  const held = `node_${module.replace(/\W/g, "_")}`;
  const lines = names.map((named) => {
    const [name = "", local = name] = named.split(" as ");
    if (name === "constants") return `const { constants: ${local} } = process.getBuiltinModule("node:fs");`;
    return `const ${local} = (...args) => (${held} ??= process.getBuiltinModule("node:${module}")).${name}(...args);`;
  });
  return [`let ${held};`, ...lines].join("\n");
}

/**
 * @param {string} name
 * @returns {string}
 */
function readBuilt(name) {
  return readFileSync(join(dist, name), "utf8");
}
