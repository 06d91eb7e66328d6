/**
 * Turns the chunks of the built program into scripts, which src/base/code/pieces.ts loads: each becomes the body of a function that is given
 * the means to load others and returns what the chunk exports. Chunks that name a package in their head stay modules, as do the doors.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** Where the build puts src/base/code/pieces.ts, and src/cli.ts. */
const loader = "chunks/pieces.js";
const program = "src/cli.js";

/**
 * @param {string} dist
 * @param {readonly string[]} doors paths of built modules, in dist
 * @returns {void}
 */
export function asScripts(dist, doors) {
  const read = (/** @type {string} */ file) => readFileSync(join(dist, file), "utf8");
  const chunks = readdirSync(join(dist, "chunks")).map((name) => `chunks/${name}`);
  const modules = chunks.filter((file) => file === loader || /^import [^"]*"[^.]/m.test(read(file)));
  const scripts = new Set(chunks.filter((file) => !modules.includes(file)));
  for (const file of scripts) {
    // What a chunk loads lazily may lie in itself.
    const own = `import \\* as (\\S+) from "\\./${basename(file)}";\n`;
    const [line = "", held = "exported"] = new RegExp(own).exec(read(file)) ?? [];
    const code = loadingPieces(read(file).replace(line, ""), file, scripts, "loadPiece")
      .replace(/\bimport\.meta\b/g, "ownPlace")
      .replace(/\bimport\((?=")/g, "importModule(")
      .replace(/^export \{ (.+) \};$/m, (_, names) => `const ${held} = { ${withAliases(names)} };\nreturn ${held};`);
    refuseModule(file, code);
    writeFileSync(join(dist, commonJs(file)), inAscii(`(function (loadPiece, importModule, ownPlace) { "use strict";\n${code}})\n`));
    rmSync(join(dist, file));
  }
  for (const file of [...modules, ...doors]) {
    const code = loadingPieces(read(file), file, scripts, "piece");
    if (file === loader || file === program || !/\bpiece\("/.test(code)) continue;
    const path = relative(dirname(file), commonJs(loader));
    writeFileSync(join(dist, file), `import { piece } from "${path.startsWith(".") ? path : `./${path}`}";\n${code}`);
  }
  startsAsScript(dist, loadingPieces(read(program), program, scripts, "piece"));
}

/**
 * The program begins as a script of CommonJS: Node's loader of modules takes 3 ms to start. Whoever calls it by the name of the module that
 * it was gets the same.
 * @param {string} dist
 * @param {string} code of the program's module
 * @returns {void}
 */
function startsAsScript(dist, code) {
  const [start = "", names = ""] = /^#!.*\n(?:import \{ (.+) \} from "[^"]+";\n)/.exec(code) ?? [];
  const path = relative(dirname(program), commonJs(loader));
  const body = code.slice(start.length).replace(/^export \{\};\n/m, "");
  const script = `#!/usr/bin/env node\n"use strict";\nconst { piece, ${names} } = require("${path}");\nvoid (async () => {\n${body}})();\n`;
  const pieces = readFileSync(join(dist, loader), "utf8")
    .replaceAll("import.meta.dirname", "__dirname")
    .replaceAll("import.meta.url", 'require("node:url").pathToFileURL(__filename).href')
    .replace(/^export \{ (.+) \};$/m, (_, exported) => `module.exports = { ${withAliases(exported)} };`);
  for (const [file, made] of [
    [program, script],
    [loader, `"use strict";\n${pieces}`],
  ]) {
    if (/^(?:import|export) |\bimport\.meta\b/m.test(made)) throw new Error(`${file} cannot become a script`);
    writeFileSync(join(dist, commonJs(file)), made);
  }
  rmSync(join(dist, loader));
  writeFileSync(join(dist, program), `#!/usr/bin/env node\nimport "./${basename(commonJs(program))}";\n`);
}

/**
 * @param {string} file
 * @returns {string}
 */
function commonJs(file) {
  return file.replace(/js$/, "cjs");
}

/**
 * @param {string} code
 * @param {string} file
 * @param {ReadonlySet<string>} scripts
 * @param {string} load
 * @returns {string}
 */
function loadingPieces(code, file, scripts, load) {
  const pieceOf = (/** @type {string} */ specifier) => {
    const target = join(dirname(file), specifier);
    return scripts.has(target) ? `${load}("${basename(target, ".js")}")` : null;
  };
  return code
    .replace(/^import \{ (.+) \} from "([^"]+)";$/gm, (whole, names, specifier) => {
      const found = pieceOf(specifier);
      return found === null ? whole : `const { ${names.replaceAll(" as ", ": ")} } = ${found};`;
    })
    .replace(/^import \* as (\S+) from "([^"]+)";$/gm, (whole, name, specifier) => {
      const found = pieceOf(specifier);
      return found === null ? whole : `const ${name} = ${found};`;
    })
    .replace(/^import "([^"]+)";$/gm, (whole, specifier) => {
      const found = pieceOf(specifier);
      return found === null ? whole : `${found};`;
    })
    .replace(/\bimport\("(\.[^"]+)"\)/g, (whole, specifier) => {
      const found = pieceOf(specifier);
      return found === null ? whole : `Promise.resolve().then(() => ${found})`;
    });
}

/**
 * @param {string} names of an export, `local as outside` where they differ
 * @returns {string}
 */
function withAliases(names) {
  return names.replaceAll(/([^\s,]+) as ([^\s,]+)/g, "$2: $1");
}

/**
 * @param {string} file
 * @param {string} code
 * @returns {void}
 */
function refuseModule(file, code) {
  const [line] = /^(?:import|export|await|const [^=]+= await)\b.*|\bimport(?:\.meta\b|\((?!\s*\))).*/m.exec(code) ?? [];
  if (line !== undefined) throw new Error(`${file} cannot become a script: ${line}`);
}

/**
 * What is all ASCII is read, held and compiled at a byte a character.
 * @param {string} code
 * @returns {string}
 */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
