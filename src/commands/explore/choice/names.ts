/** Names of images and paths: as typed on the screen, as kept for runs in other directories, and as shown in this one. */
import { isAbsolute, relative, resolve, sep } from "node:path";

import type { ImageName } from "../../../transports/name.ts";
import { disk } from "../../../transports/disk.ts";
import { parseImageName } from "../../../transports/name.ts";

/**
 * The name with its path made absolute: from another directory, `app.tar:1.0` would be looked up in a registry. Null for what cannot be
 * opened again: standard input, and missing files.
 */
export function lastingName(name: string): string | null {
  const parsed = parsedOrNull(name);
  if (parsed === null || parsed.kind === "stdin") return null;
  if (parsed.kind !== "local") return name;
  const at = parsed.transport === null ? 0 : name.indexOf(parsed.path, parsed.transport.length + 1);
  return `${name.slice(0, at)}${resolve(parsed.path)}${name.slice(at + parsed.path.length)}`;
}

/** A lasting name as it would be typed here: paths relative to this directory, or to home. */
export function nameHere(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const parsed = parsedOrNull(name);
  if (parsed?.kind !== "local" || !isAbsolute(parsed.path)) return name;
  const below = relative(".", parsed.path);
  const { HOME: home } = env;
  const isBelow = below !== "" && !below.startsWith("..") && !isAbsolute(below);
  const isAtHome = home !== undefined && home !== "" && parsed.path.startsWith(home + sep);
  const fromRoot = isAtHome ? `~${parsed.path.slice(home.length)}` : parsed.path;
  return name.replace(parsed.path, () => (isBelow ? below : fromRoot));
}

function parsedOrNull(name: string): ImageName | null {
  try {
    return parseImageName(name, disk);
  } catch {
    return null;
  }
}

/**
 * A path typed on the screen with `~` expanded, because no shell has done so, and nobody wants to have to remove a directory named `~`.
 * Also after a transport: `oci:~/layout`.
 */
export function fromHome(place: string, env: Readonly<Record<string, string | undefined>>): string {
  const { HOME: home } = env;
  return home === undefined || home === "" ? place : place.replace(/^([a-z-]+:)?~(?=\/|$)/, (_, transport = "") => `${transport}${home}`);
}
