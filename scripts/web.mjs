/**
 * Makes dist/ui/web/page.html of ui/web/: the page that `--format html` fills with data. Script and style stand in it, and its policy names
 * their hashes, so that nothing else in it can ever run. Plain JavaScript, because it runs before anything is built.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const source = join(root, "ui/web");
const output = join(root, "dist/ui/web");
/** What is built into the page; their licences go with it. */
const inside = ["preact", "d3-hierarchy"];

const bundle = await rolldown({
  input: join(source, "main.tsx"),
  platform: "browser",
  tsconfig: join(source, "tsconfig.json"),
  transform: { target: "es2023" },
  treeshake: { moduleSideEffects: false },
});
const { output: chunks } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false, comments: { legal: false } });
await bundle.close();
const [{ code }] = chunks;
if (chunks.length !== 1) throw new Error("the page's script is to be one piece");
// The parser of HTML would end the script there.
if (/<\/script|<!--/i.test(code)) throw new Error("the page's script holds what ends a script element");

const style = minifyStyle(readFileSync(join(source, "style.css"), "utf8"));
const policy = [
  "default-src 'none'",
  `script-src '${hash(code)}'`,
  `style-src '${hash(style)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");
const licences = inside
  .map((name) => `${name}\n\n${readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8").trim()}`)
  .join("\n\n");
if (licences.includes("-->")) throw new Error("a licence holds what ends a comment");

const page = readFileSync(join(source, "template.html"), "utf8")
  .replace("BALLAST_POLICY", () => policy)
  .replace("BALLAST_STYLE", () => style)
  .replace("BALLAST_SCRIPT", () => code);
mkdirSync(output, { recursive: true });
writeFileSync(join(output, "page.html"), `${page.trimEnd()}\n<!--\nBuilt into this page:\n\n${licences}\n-->\n`);
process.exitCode = 0;

/**
 * @param {string} text
 * @returns {string} as a Content-Security-Policy names it
 */
function hash(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/**
 * @param {string} css without strings that hold comments or runs of blanks
 * @returns {string}
 */
function minifyStyle(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,>]) ?/g, "$1")
    .replaceAll(";}", "}")
    .trim();
}
