/** OCI image-spec, image-index.md § platform. */
import { defined } from "../base/defined.ts";
import { BallastError } from "../base/errors.ts";
import type { JsonObject } from "./json.ts";
import { field, stringField, stringsOf } from "./json.ts";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
  /** Features of the operating system that an image needs: `win32k`. */
  readonly osFeatures?: readonly string[];
}

/** `os/architecture[/variant]`, as `docker --platform` writes it. */
export function formatPlatform(platform: Platform): string {
  const parts = [platform.os, platform.architecture];
  if (platform.variant !== undefined) parts.push(platform.variant);
  return parts.join("/");
}

/** As `formatPlatform`, with the version of the system where one is stated: `windows(10.0.20348.2)/amd64`, which `parsePlatform` reads. */
export function formatVersionedPlatform(platform: Platform): string {
  return formatPlatform(platform.osVersion === undefined ? platform : { ...platform, os: `${platform.os}(${platform.osVersion})` });
}

/** Go's architecture names, which the specification uses, by the names that `uname -m`, Debian and others give them. */
const architectureNames: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ["x86_64", ["amd64"]],
  ["x86-64", ["amd64"]],
  ["x64", ["amd64"]],
  ["i386", ["386"]],
  ["i686", ["386"]],
  ["ia32", ["386"]],
  ["aarch64", ["arm64"]],
  ["armhf", ["arm", "v7"]],
  ["armel", ["arm", "v6"]],
]);

const architectures = new Set("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split(" "));

const component = /^[A-Za-z0-9_.-]+$/;

/**
 * Reads what a person typed: `linux/arm64`, `linux/arm/v7`, `arm64` (then Linux is meant), `windows(10.0.17763)/amd64`.
 * @throws {BallastError} bad-argument
 */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().split("/");
  const [first = "", second, third] = parts;
  const osVersion = /^([^()]+)\(([^()]+)\)$/.exec(first);
  const os = osVersion?.[1] ?? first;
  const wellFormed = parts.length <= 3 && component.test(os) && parts.slice(1).every((part) => component.test(part));
  if (!wellFormed) throw badPlatform(text);
  if (second === undefined) {
    const name = first.toLowerCase();
    if (osVersion !== null || !(architectures.has(name) || architectureNames.has(name))) throw badPlatform(text);
    return normalizePlatform({ os: "linux", architecture: name });
  }
  return normalizePlatform({
    os,
    architecture: second,
    ...defined({ variant: third }),
    ...(osVersion === null ? {} : { osVersion: osVersion[2]! }),
  });
}

function badPlatform(text: string): BallastError {
  return new BallastError("bad-argument", `"${text}" is not a platform`, {
    hint: "write os/architecture or os/architecture/variant, for example linux/amd64 or linux/arm/v7",
  });
}

/**
 * One spelling for each platform: lower case, Go's architecture names, and the variant only where it says more than the default
 * (`arm` is `arm/v7`; `arm64/v8` is `arm64`; `amd64/v1` is `amd64`), so that equal platforms compare equal.
 */
export function normalizePlatform(platform: Platform): Platform {
  const named = platform.architecture.toLowerCase();
  const [architecture, namedVariant] = architectureNames.get(named) ?? [named];
  const variant = normalizeVariant(architecture, platform.variant?.toLowerCase() ?? namedVariant);
  const os = platform.os.toLowerCase();
  return {
    os: os === "macos" ? "darwin" : os,
    architecture,
    ...defined({ variant, osVersion: platform.osVersion, osFeatures: platform.osFeatures }),
  };
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  const written = variant !== undefined && /^\d+$/.test(variant) ? `v${variant}` : variant;
  if (architecture === "arm") return written ?? "v7";
  if (architecture === "arm64" && (written === "v8" || written === "v8.0")) return undefined;
  if (architecture === "amd64" && written === "v1") return undefined;
  return written;
}

/** The platform of a descriptor or config as its JSON states it; undefined when it says nothing of use. */
export function platformFromJson(json: JsonObject): Platform | undefined {
  const os = stringField(json, "os");
  const architecture = stringField(json, "architecture");
  if (os === undefined || architecture === undefined) return undefined;
  const variant = stringField(json, "variant");
  const osVersion = stringField(json, "os.version");
  const osFeatures = stringsOf(field(json, "os.features"));
  return { os, architecture, ...defined({ variant, osVersion, osFeatures: osFeatures.length === 0 ? undefined : osFeatures }) };
}

/** As a descriptor states it. */
export interface PlatformJson {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly "os.version"?: string;
  readonly "os.features"?: readonly string[];
}

export function platformToJson({ os, architecture, variant, osVersion, osFeatures }: Platform): PlatformJson {
  return { architecture, os, ...defined({ variant, "os.version": osVersion, "os.features": osFeatures }) };
}

/** A config's platform, completed by what only the index says about it: many configs for arm leave out the variant. */
export function completedPlatform(own: Platform, stated: Platform | undefined): Platform {
  if (stated === undefined) return own;
  const [a, b] = [normalizePlatform(own), normalizePlatform(stated)];
  return a.os === b.os && a.architecture === b.architecture ? { ...stated, ...own } : own;
}

/** An index's platform for an image, completed by what only the config says: the platform itself, or the version of the system. */
export function statedPlatform(stated: Platform | undefined, config: JsonObject): Platform | undefined {
  const own = platformFromJson(config);
  if (stated === undefined || stated.osVersion !== undefined || own?.osVersion === undefined) return stated ?? own;
  return { ...stated, osVersion: own.osVersion };
}

/** The platform of containers on this machine: they run Linux everywhere but on Windows. */
export function hostPlatform(): Platform {
  return normalizePlatform({ os: process.platform === "win32" ? "windows" : "linux", architecture: process.arch });
}

/**
 * How well an image for `offered` runs on `wanted`: 0 is not at all, and larger is better. An older variant of the same architecture runs
 * on a newer one (`arm/v6` on `arm/v7`, `amd64/v2` on `amd64/v3`), but not the other way round.
 */
export function platformFit(wanted: Platform, offered: Platform): number {
  const want = normalizePlatform(wanted);
  const offer = normalizePlatform(offered);
  if (want.os !== offer.os || want.architecture !== offer.architecture) return 0;
  if (want.osVersion !== undefined && !sameOsVersion(want.osVersion, offer.osVersion)) return 0;
  if (want.variant === offer.variant) return 1000;
  const wantLevel = variantLevel(want);
  const offerLevel = variantLevel(offer);
  if (wantLevel === null || offerLevel === null || offerLevel > wantLevel) return 0;
  return 1000 - (wantLevel - offerLevel);
}

function sameOsVersion(wanted: string, offered: string | undefined): boolean {
  return offered === wanted || offered?.startsWith(`${wanted}.`) === true;
}

/** The variants that need not be written: see `normalizePlatform`. */
const defaultVariants: ReadonlyMap<string, string> = new Map([
  ["arm64", "v8"],
  ["amd64", "v1"],
]);

/** Tenths of the variant's number: `v7` → 70, `v8.2` → 82; the default variant where none is written. */
function variantLevel(platform: Platform): number | null {
  const written = platform.variant ?? defaultVariants.get(platform.architecture) ?? "";
  const match = /^v(\d+)(?:\.(\d))?$/.exec(written);
  return match === null ? null : Number(match[1]) * 10 + Number(match[2] ?? 0);
}

export interface PlatformChoice {
  /** Undefined when nothing states it. */
  readonly platform?: Platform | undefined;
}

/**
 * The choices that fit `wanted` best: none, one, or several that claim the same platform. `choices` must not hold attestations.
 */
export function bestForPlatform<T extends PlatformChoice>(choices: readonly T[], wanted: Platform): readonly T[] {
  let best: T[] = [];
  let bestFit = 1;
  for (const choice of choices) {
    const fit = choice.platform === undefined ? 0 : platformFit(wanted, choice.platform);
    if (fit > bestFit) {
      best = [choice];
      bestFit = fit;
    } else if (fit === bestFit) {
      best.push(choice);
    }
  }
  return best;
}

/**
 * Picks one choice by platform.
 * @param what names the image in messages.
 * @throws {BallastError} platform-not-found, ambiguous-image (several claim the same platform); both list the choices.
 */
export function selectPlatform<T extends PlatformChoice & { readonly digest: string }>(
  choices: readonly T[],
  wanted: Platform,
  what: string,
): T {
  const best = bestForPlatform(choices, wanted);
  if (best.length === 0) {
    throw new BallastError("platform-not-found", `${what} has no image for ${formatPlatform(wanted)}; it has ${listPlatforms(choices)}`);
  }
  if (best.length > 1) {
    const digests = best.map((choice) => describeChoice(choice)).join(", ");
    throw new BallastError("ambiguous-image", `${what} has ${best.length} images for ${formatPlatform(wanted)}: ${digests}`, {
      hint: "choose one by its digest: NAME@sha256:…",
    });
  }
  return best[0]!;
}

function describeChoice(choice: PlatformChoice & { readonly digest: string }): string {
  const version = choice.platform?.osVersion;
  return version === undefined ? choice.digest : `${choice.digest} (version ${version})`;
}

/** `linux/amd64, linux/arm64`: each once, in the order given. */
export function listPlatforms(choices: readonly PlatformChoice[]): string {
  const names = choices.map(({ platform }) => (platform === undefined ? "an image that states no platform" : formatPlatform(platform)));
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}
