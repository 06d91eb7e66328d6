/** What lies in a directory that an image shall be written into. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { readError } from "../source/blob-source.ts";
import type { LayoutDescriptor } from "./layout-files.ts";

export interface ExistingLayout {
  /** `foreign`: something that is no layout; `taken`: something else's `index.json`, so that no layout can be written. */
  readonly content: "empty" | "layout" | "foreign" | "taken";
  /** Whether there is an `oci-layout` file, which a layout MUST have (image-spec, image-layout.md). */
  readonly hasMarker: boolean;
  readonly manifests: readonly LayoutDescriptor[];
}

/** Null when there is nothing under that name. @throws {BallastError} destination-exists when it is no directory, read-failed */
export async function readExisting(directory: string, name: string): Promise<ExistingLayout | null> {
  const stats = await stat(directory).catch(() => null);
  if (stats === null) return null;
  if (!stats.isDirectory())
    throw new BallastError("destination-exists", `${name}: ${directory} exists and is no directory`, { hint: "choose another name" });
  const hasMarker = isMarker(await textOf(join(directory, "oci-layout")));
  const index = await textOf(join(directory, "index.json"));
  if (index === null) {
    // Our own lock, or what a killed run left, is nobody's content.
    const names = (await readdir(directory)).filter((entry) => !entry.startsWith(".ballast.lock") && !entry.endsWith(".partial"));
    return { content: names.length === 0 ? "empty" : hasMarker ? "layout" : "foreign", hasMarker, manifests: [] };
  }
  const manifests = hasMarker ? manifestsIn(index) : null;
  return manifests === null ? { content: "taken", hasMarker, manifests: [] } : { content: "layout", hasMarker, manifests };
}

function isMarker(text: string | null): boolean {
  return text !== null && (parsed(text) as { imageLayoutVersion?: unknown } | null)?.imageLayoutVersion === "1.0.0";
}

function manifestsIn(text: string): readonly LayoutDescriptor[] | null {
  const manifests = (parsed(text) as { manifests?: unknown } | null)?.manifests;
  // Go writes null for a list without members.
  if (manifests === null) return [];
  return Array.isArray(manifests) ? (manifests as LayoutDescriptor[]) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw readError(path, error);
  }
}
