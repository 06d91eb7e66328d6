/** A directory on disk as the lines that `layer-cases.ts` expects: what a real engine made of layers. Extended attributes are left out. */
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import type { BigIntStats } from "node:fs";

import { caseTime } from "../trees/case-tar.ts";

export function diskLines(root: string): string[] {
  const names = new Map<string, { readonly paths: string[]; readonly stats: BigIntStats }>();
  const visit = (directory: Buffer, prefix: string): void => {
    for (const entry of readdirSync(directory, { encoding: "buffer" })) {
      const path = Buffer.concat([directory, Buffer.from("/"), entry]);
      const shown = prefix + entry.toString("latin1");
      const stats = lstatSync(path, { bigint: true });
      const key = stats.isDirectory() ? shown : `${stats.dev} ${stats.ino}`;
      const known = names.get(key);
      if (known === undefined) names.set(key, { paths: [shown], stats });
      else known.paths.push(shown);
      if (stats.isDirectory()) visit(path, `${shown}/`);
    }
  };
  visit(Buffer.from(root), "");
  return [...names.values()].map(({ paths, stats }) => describe(root, paths.sort(), stats)).sort();
}

/** The expected lines as `diskLines` writes them. */
export function withoutXattrs(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/ x\{.*?\}(?=$| x\{)/gs, "")).sort();
}

function describe(root: string, paths: readonly string[], stats: BigIntStats): string {
  const usualMode = stats.isDirectory() ? 0o755 : stats.isSymbolicLink() ? 0o777 : 0o644;
  const permissions = Number(stats.mode) & 0o7777;
  const mode = permissions === usualMode ? "" : ` @${permissions.toString(8).padStart(4, "0")}`;
  const owner = stats.uid === 0n && stats.gid === 0n ? "" : ` ${stats.uid}:${stats.gid}`;
  const time = stats.isDirectory() || stats.mtimeNs === BigInt(caseTime) * 1_000_000_000n ? "" : ` t${Number(stats.mtimeNs) / 1e9}`;
  const path = Buffer.from(`${Buffer.from(root).toString("latin1")}/${paths[0]}`, "latin1");
  return `${paths.join(", ")}${whatItIs(path, stats)}${mode}${owner}${time}`;
}

function whatItIs(path: Buffer, stats: BigIntStats): string {
  if (stats.isDirectory()) return "/";
  if (stats.isSymbolicLink()) return ` -> ${readlinkSync(path, { encoding: "buffer" }).toString("latin1")}`;
  if (stats.isFIFO()) return " fifo";
  if (stats.isFile()) return ` = ${readFileSync(path).toString("latin1")}`;
  const major = ((stats.rdev >> 8n) & 0xfffn) | ((stats.rdev >> 32n) & ~0xfffn);
  const minor = (stats.rdev & 0xffn) | ((stats.rdev >> 12n) & ~0xffn);
  return ` ${stats.isCharacterDevice() ? "char" : "block"} ${major}:${minor}`;
}
