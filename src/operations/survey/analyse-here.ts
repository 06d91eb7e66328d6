/** The second pass in this process. */
import { BallastError } from "../../base/errors.ts";
import { eachOf, limiter } from "../../base/limit.ts";
import type { Image } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { ImageOpener } from "../../transports/survey/place.ts";
import { judgeImage } from "./judge-image.ts";
import type { ImageWork } from "./judge-image.ts";
import { LayerScans } from "./scan-layers.ts";
import type { EnterOutcome, Outcome, PassHooks, SecondPass, WantedImage } from "./second-pass.ts";
import { stoppable } from "./stoppable.ts";

/** Images that are held open at once, so that no worker waits while one is being analysed. */
const openImages = 4;

export class AnalyseHere implements SecondPass {
  readonly #scanner: Scanner;
  readonly #work: ImageWork;

  constructor(scanner: Scanner, work: ImageWork) {
    this.#scanner = scanner;
    this.#work = work;
  }

  get looksForSecrets(): boolean {
    return this.#work.secrets.mode !== "off";
  }

  async run(images: readonly WantedImage[], enter: EnterOutcome, hooks: PassHooks, signal: AbortSignal): Promise<void> {
    const scans = new LayerScans(this.#scanner, hooks);
    const oneByOne = limiter(1);
    await eachOf(stoppable(images.entries(), signal), openImages, async ([place, { opener }]) => {
      const outcome = await withImage(opener, scans, (image) => oneByOne(() => judgeImage(image, this.#scanner, this.#work)));
      await enter(place, outcome);
    });
  }
}

async function withImage({ open }: ImageOpener, scans: LayerScans, use: (image: Image) => Promise<Outcome>): Promise<Outcome> {
  try {
    const image = await open();
    try {
      const reasons = await Promise.all(image.layers.map((layer) => scans.scan(layer)));
      const reason = reasons.find((found) => found !== null);
      return reason === undefined ? await use(image) : { reason };
    } finally {
      await image.close();
    }
  } catch (error) {
    if (error instanceof BallastError) return { reason: error.message };
    throw error;
  }
}
