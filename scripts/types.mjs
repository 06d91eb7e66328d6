/**
 * Keeps of the declarations in dist/ those that the library's lead to. The compiler writes one for every module, and a package with all of
 * them has four times as many files as it needs. Plain JavaScript, because it runs before anything is built.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const dist = join(import.meta.dirname, "../dist");

/** @returns {void} */
export function keepPublicTypes() {
  /** @type {Set<string>} */
  const kept = new Set();
  const entry = join(dist, "src/index.d.ts");
  // Scripts are built without any.
  if (!existsSync(entry)) return;
  const reached = [entry];
  for (const path of reached) {
    if (kept.has(path)) continue;
    kept.add(path);
    const named = readFileSync(path, "utf8").matchAll(/(?:\bfrom |\bimport\(|\bimport )"(\.[^"]+)\.ts"/g);
    for (const [, name] of named) reached.push(join(dirname(path), `${name}.d.ts`));
  }
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, name);
    if (name.endsWith(".d.ts") && !kept.has(path)) rmSync(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) keepPublicTypes();
