/** Images on an older build of a base of which another image in the survey uses a newer one. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { BaseBuild, HeldImage } from "./holding.ts";

export interface StaleBase {
  /** The image on the older build. */
  readonly image: string;
  readonly platform: string;
  /** The base's name where an image states it. */
  readonly base: string | null;
  /** How it is known that both builds are of one base. */
  readonly from: BaseBuild["from"];
  readonly build: string;
  readonly built: string;
  readonly newerBuild: string;
  readonly newerBuilt: string;
  /** An image on the newer build. */
  readonly usedBy: string;
}

interface Build {
  readonly base: BaseBuild;
  readonly built: number;
  readonly example: HeldImage;
}

export function findStaleBases(images: readonly HeldImage[], nameOf: (image: HeldImage) => string): StaleBase[] {
  const newest = new Map<string, Build>();
  for (const image of images) {
    const build = buildOf(image);
    if (build === null) continue;
    const known = newest.get(keyOf(image, build.base));
    if (known === undefined || build.built > known.built) newest.set(keyOf(image, build.base), build);
  }
  const stale: StaleBase[] = [];
  for (const image of images) {
    const build = buildOf(image);
    if (build === null) continue;
    const latest = newest.get(keyOf(image, build.base))!;
    if (latest.base.build === build.base.build || latest.built <= build.built) continue;
    stale.push({
      image: nameOf(image),
      platform: image.platform,
      base: build.base.name,
      from: build.base.from,
      build: build.base.build,
      built: build.base.created!,
      newerBuild: latest.base.build,
      newerBuilt: latest.base.created!,
      usedBy: nameOf(latest.example),
    });
  }
  return stale.sort((a, b) => compareTexts(a.built, b.built) || compareTexts(a.image, b.image) || compareTexts(a.platform, b.platform));
}

function buildOf(image: HeldImage): Build | null {
  const { base } = image;
  const built = base?.created == null ? Number.NaN : Date.parse(base.created);
  return base === null || Number.isNaN(built) ? null : { base, built, example: image };
}

/** Groups builds of a base by platform as well: a build for one platform is not an older build for another. */
function keyOf({ platform }: HeldImage, { key }: BaseBuild): string {
  return `${platform} ${key}`;
}
