/** What is in a directory that an image is to be written to. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { isTemporaryName } from "../../base/files/owner.ts";
import { readError } from "../source/blob-source.ts";
import type { LayoutDescriptor } from "./layout-files.ts";
import { lockName } from "./lock.ts";

export interface ExistingLayout {
  /** `foreign`: something that is not a layout; `taken`: something else's `index.json`, so that no layout can be written. */
  readonly content: "empty" | "layout" | "foreign" | "taken";
  /** Whether there is an `oci-layout` file, which a layout MUST have (image-spec, image-layout.md). */
  readonly hasMarker: boolean;
  /** `index.json` as it is: annotations and all else in it stay when images are added. Null when there is none, or it is not a layout's. */
  readonly index: LayoutIndex | null;
}

export interface LayoutIndex {
  readonly manifests: readonly LayoutDescriptor[];
}

/** Null when there is nothing under that name. @throws {BallastError} destination-exists when it is not a directory, read-failed */
export async function readExisting(directory: string, name: string): Promise<ExistingLayout | null> {
  const stats = await stat(directory).catch(() => null);
  if (stats === null) return null;
  if (!stats.isDirectory())
    throw new BallastError("destination-exists", `${name}: ${directory} exists and is not a directory`, { hint: "choose another name" });
  const hasMarker = isMarker(await textOf(join(directory, "oci-layout")));
  const text = await textOf(join(directory, "index.json"));
  if (text === null) {
    // Our own lock and the leftovers of a killed run do not count as content.
    const names = (await readdir(directory)).filter((entry) => entry !== lockName && !isTemporaryName(entry));
    return { content: names.length === 0 ? "empty" : hasMarker ? "layout" : "foreign", hasMarker, index: null };
  }
  const index = hasMarker ? indexIn(text) : null;
  return { content: index === null ? "taken" : "layout", hasMarker, index };
}

function isMarker(text: string | null): boolean {
  return text !== null && (parsed(text) as { imageLayoutVersion?: unknown } | null)?.imageLayoutVersion === "1.0.0";
}

/** Null when it is not a layout's index, and so must not be changed. */
function indexIn(text: string): LayoutIndex | null {
  const index = parsed(text) as { readonly manifests?: unknown } | null;
  // Go writes null for an empty list.
  const manifests = index?.manifests === null ? [] : index?.manifests;
  return Array.isArray(manifests) && manifests.every(isDescriptor) ? { ...index, manifests } : null;
}

function isDescriptor(entry: unknown): entry is LayoutDescriptor {
  return typeof entry === "object" && entry !== null && "digest" in entry && typeof entry.digest === "string";
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
