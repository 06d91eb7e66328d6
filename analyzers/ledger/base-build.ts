/** Which build of which base an image is built on, by its labels or else by the commands of its lowest layers. */
import type { ImageConfig } from "../../src/image/config.ts";
import type { BaseImage } from "../analysis.ts";
import type { BaseBuild } from "./holding.ts";

export interface BaseFacts {
  readonly config: ImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
  /** From `guessBase`. */
  readonly guess: BaseImage;
}

/** Null when nothing points to a base, or when its commands could be those of any. */
export function baseBuildOf({ config, annotations, guess }: BaseFacts): BaseBuild | null {
  const stated = (key: string): string | null => annotations[key] ?? config.container.labels[key] ?? null;
  const [name, digest] = [stated("org.opencontainers.image.base.name"), stated("org.opencontainers.image.base.digest")];
  const { layers } = guess;
  const commands = baseCommands(config, layers);
  const created = newest(commands.map((row) => row.created));
  if (name !== null && digest !== null) {
    return { key: `label ${name}`, name, from: "label", build: digest, layers, created: created ?? lowestCreated(config) };
  }
  if (layers === 0) return null;
  const texts = commands.map(({ createdBy = "" }) => withoutBuild(createdBy));
  if (!texts.some(tellsBase)) return null;
  return { key: `history ${texts.join("\n")}`, name, from: "history", build: config.diffIds[layers - 1]!, layers, created };
}

/** History rows of the lowest `layers` layers and of the empty ones after them, up to the base's default command. */
function baseCommands({ history }: ImageConfig, layers: number): ImageConfig["history"] {
  let seen = 0;
  let end = 0;
  for (const [index, { emptyLayer }] of history.entries()) {
    if (emptyLayer !== true) seen += 1;
    if (seen > layers) break;
    end = index + 1;
  }
  const rows = history.slice(0, end);
  const last = rows.findLastIndex(({ createdBy = "" }) => /^(?:\/bin\/sh -c #\(nop\) +)?(?:CMD|ENTRYPOINT)\s/.test(createdBy));
  return last < 0 ? rows : rows.slice(0, last + 1);
}

/** Where labels name the base, its lowest layer at least tells when that was built. */
function lowestCreated({ history }: ImageConfig): string | null {
  return history.find(({ emptyLayer }) => emptyLayer !== true)?.created ?? null;
}

function newest(dates: readonly (string | undefined)[]): string | null {
  const known = dates.filter((date): date is string => date !== undefined && !Number.isNaN(Date.parse(date)));
  return known.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

/** The command without what changes from one build of a base to the next: digests, and times in seconds. */
function withoutBuild(command: string): string {
  return command
    .replaceAll(/\b[0-9a-f]{12,}\b/g, "#")
    .replaceAll(/@\d{9,}/g, "@#")
    .trim();
}

/** False for a tarball unpacked into an empty image with a shell as command: that may be any distribution of any age. */
function tellsBase(text: string): boolean {
  return text !== "" && !/^(?:\/bin\/sh -c #\(nop\) +)?(?:ADD (?:file|dir|multi):#? ?in \/|CMD |ENTRYPOINT )/.test(text);
}
