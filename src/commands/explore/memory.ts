/** What the terminal UI keeps between runs: the images opened last, and the width of the left column by terminal size. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import type { Memory } from "../../../ui/app-options.ts";
import { makeDirectory } from "../../base/files/make-directory.ts";
import { besideName } from "../../base/files/owner.ts";
import { lastingName } from "./choice/names.ts";

const mostRecent = 12;
const mostSizes = 20;

interface Kept {
  readonly recent: readonly { readonly name: string; readonly at: number }[];
  readonly left: Readonly<Record<string, number>>;
}

export interface ExploreMemory extends Memory {
  recent(): Kept["recent"];
  keepRecent(name: string): void;
}

/** `$XDG_STATE_HOME/ballast/explore.json`. Errors in reading and writing it are ignored, as it is only a convenience. */
export function exploreMemory(env: NodeJS.ProcessEnv): ExploreMemory {
  const path = join(env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "ballast", "explore.json");
  const change = (make: (kept: Kept) => Kept): void => write(path, make(read(path)));
  return {
    recent: () => read(path).recent,
    keepRecent(typed) {
      const name = lastingName(typed);
      if (name === null) return;
      change((kept) => ({
        ...kept,
        recent: [{ name, at: Date.now() }, ...kept.recent.filter((one) => one.name !== name)].slice(0, mostRecent),
      }));
    },
    left: (columns, rows) => read(path).left[`${columns}x${rows}`] ?? null,
    keepLeft: (columns, rows, part) =>
      change(({ left, ...kept }) => {
        const others = Object.entries(left).filter(([size]) => size !== `${columns}x${rows}`);
        return { ...kept, left: Object.fromEntries([...others.slice(1 - mostSizes), [`${columns}x${rows}`, part]]) };
      }),
  };
}

function read(path: string): Kept {
  try {
    const { recent, left } = JSON.parse(readFileSync(path, "utf8")) as Partial<Record<keyof Kept, unknown>>;
    const isRecent = (one: unknown): one is Kept["recent"][number] =>
      typeof one === "object" && one !== null && "name" in one && typeof one.name === "string" && "at" in one && typeof one.at === "number";
    const sizes = typeof left === "object" && left !== null ? Object.entries(left) : [];
    return {
      recent: Array.isArray(recent) ? recent.filter(isRecent) : [],
      left: Object.fromEntries(sizes.filter(([, part]) => typeof part === "number" && part > 0 && part < 1)) as Record<string, number>,
    };
  } catch {
    return { recent: [], left: {} };
  }
}

function write(path: string, kept: Kept): void {
  const beside = besideName(path);
  try {
    makeDirectory(dirname(path), 0o700);
    writeFileSync(beside, JSON.stringify(kept), { mode: 0o600, flag: "wx" });
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}
