/** Names of images and places: as typed on the screen, as kept for runs in other directories, and as shown in this one. */
import { isAbsolute, relative, resolve, sep } from "node:path";

import type { ImageName } from "../../../transports/name.ts";
import { disk } from "../../../transports/disk.ts";
import { parseImageName } from "../../../transports/name.ts";

/**
 * The name with the path in it made absolute: `app.tar:1.0` opened from elsewhere would be asked of a registry. Null for what cannot be
 * opened a second time: standard input, and files that are not there.
 */
export function lastingName(name: string): string | null {
  const parsed = parsedOrNull(name);
  if (parsed === null || parsed.kind === "stdin") return null;
  if (parsed.kind !== "local") return name;
  const at = parsed.transport === null ? 0 : name.indexOf(parsed.path, parsed.transport.length + 1);
  return `${name.slice(0, at)}${resolve(parsed.path)}${name.slice(at + parsed.path.length)}`;
}

/** A lasting name as one would type it here: paths from this directory, or from home. */
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
 * A place that was typed on the screen, with `~` expanded as by a shell, which has not seen it. Nobody wants to have to remove a directory
 * named `~`. Also after a transport: `oci:~/layout`.
 */
export function fromHome(place: string, env: Readonly<Record<string, string | undefined>>): string {
  const { HOME: home } = env;
  return home === undefined || home === "" ? place : place.replace(/^([a-z-]+:)?~(?=\/|$)/, (_, transport = "") => `${transport}${home}`);
}
