/** The platforms of one image in an engine. Docker 29's containerd store keeps the index of all, but the content of only some. */
import { BallastError } from "../../base/errors.ts";
import { isObject } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import { bestForPlatform, formatPlatform, hostPlatform, listPlatforms, platformFromJson } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import type { Warning } from "../../image/warning.ts";

export interface StoredPlatform {
  /** Digest of the platform's manifest. */
  readonly digest: string;
  readonly platform: Platform;
  /** Its content is in the engine; otherwise only its name is. */
  readonly available: boolean;
}

/** What `manifests=1` (API 1.48) adds to the description of an image; null from engines and stores that keep one platform per name. */
export function storedPlatforms(image: JsonObject): readonly StoredPlatform[] | null {
  const manifests = image["Manifests"];
  if (!Array.isArray(manifests) || manifests.length === 0) return null;
  const found: StoredPlatform[] = [];
  for (const manifest of manifests as readonly unknown[]) {
    if (!isObject(manifest) || manifest["Kind"] !== "image") continue;
    const { ID: digest, Descriptor: descriptor, ImageData: data } = manifest;
    // The image's own config is the best source, but is there only when the content is.
    const stated = [isObject(data) ? data["Platform"] : null, isObject(descriptor) ? descriptor["platform"] : null].find(isObject);
    const platform = stated === undefined ? undefined : platformFromJson(stated);
    if (typeof digest === "string" && platform !== undefined) found.push({ digest, platform, available: manifest["Available"] === true });
  }
  return found.length === 0 ? null : found;
}

/** Whether there is content for the wanted platform; for null, content of any. */
export function holds(stored: readonly StoredPlatform[], wanted: Platform | null): boolean {
  const available = stored.filter((each) => each.available);
  return wanted === null ? available.length > 0 : bestForPlatform(available, wanted).length > 0;
}

export interface ChosenPlatform {
  /** The platform to request from the engine; null for all that it has. */
  readonly platform: Platform | null;
  readonly warnings: readonly Warning[];
}

/**
 * Which platform to request: the wanted one; else, if the content of some is missing, the host's or the only one there is.
 * @throws {BallastError} platform-not-found, ambiguous-image: both list what is there
 */
export function choosePlatform(stored: readonly StoredPlatform[], wanted: Platform | null, all: boolean, what: string): ChosenPlatform {
  const available = stored.filter((each) => each.available);
  const absent = stored.filter((each) => !each.available);
  if (wanted !== null) {
    const [best] = bestForPlatform(available, wanted);
    if (best !== undefined) return { platform: best.platform, warnings: [] };
    throw new BallastError("platform-not-found", `${what} is there for ${listPlatforms(available)}, not for ${formatPlatform(wanted)}`, {
      hint: `let the engine fetch it with --pull, or choose ${available.map(({ platform }) => `--platform ${formatPlatform(platform)}`).join(" or ") || "another image"}`,
    });
  }
  if (available.length === 0) {
    throw new BallastError(
      "platform-not-found",
      `${what} is a name alone: the content of none of its platforms (${listPlatforms(absent)}) is there`,
      {
        hint: "let the engine fetch it: --pull --platform PLATFORM",
      },
    );
  }
  const forHost = bestForPlatform(available, hostPlatform())[0] ?? null;
  // Only the whole archive also holds what belongs to the index: attestations.
  if (all ? available.length > 1 : absent.length === 0 && forHost !== null) return { platform: null, warnings: [] };
  const best = forHost ?? (available.length === 1 ? available[0]! : null);
  if (best === null) {
    throw new BallastError(
      "ambiguous-image",
      `${what} is there for ${listPlatforms(available)}, none for this machine (${formatPlatform(hostPlatform())})`,
      {
        hint: "choose one with --platform",
      },
    );
  }
  const others = stored
    .filter((each) => each !== best)
    .map(({ platform, available: isThere }) => `${formatPlatform(platform)}${isThere ? "" : " (not fetched)"}`);
  const beside =
    others.length === 0
      ? `there is no other here, not even this machine's ${formatPlatform(hostPlatform())}`
      : `beside it there is ${[...new Set(others)].join(", ")}`;
  const message = `${what} may be of several platforms; this is ${formatPlatform(best.platform)}, ${beside} (choose with --platform)`;
  return { platform: best.platform, warnings: [{ code: "platform-chosen", message }] };
}
