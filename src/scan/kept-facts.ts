/** What an earlier run worked out of an image with the same layers, or works it out and keeps it for the next one. */
import type { DiveFigures } from "../../analyzers/analysis.ts";
import type { ImageFacts, MadeOf } from "../cache/image-facts.ts";
import type { Inode } from "../filesystem/file-tree.ts";
import type { LayerScan } from "./layer-scan.ts";

export class KeptFacts {
  /** Null where nothing is kept. */
  readonly #facts: ImageFacts | null;
  /** The diff IDs of all layers; layers that nobody hashed are not known again. */
  readonly #layers: readonly string[];
  readonly #mayBeThere: boolean;

  constructor(facts: ImageFacts | null, scans: readonly LayerScan[]) {
    this.#layers = scans.flatMap(({ diffId }) => (diffId === null ? [] : [diffId]));
    this.#facts = this.#layers.length === scans.length ? facts : null;
    this.#mayBeThere = scans.every(({ fromCache }) => fromCache);
  }

  /** dive's figures when they are asked for; their rows are worked out in any case. */
  async dive(workOut: () => DiveFigures): Promise<() => DiveFigures> {
    const facts = this.#facts;
    if (facts === null) return workOut;
    const known = this.#mayBeThere ? await facts.find("dive", this.#layers) : null;
    if (known === null)
      return () => {
        const { inefficiencies, ...totals } = workOut();
        facts.keep("dive", this.#layers, totals);
        return { ...totals, inefficiencies };
      };
    let inefficiencies: DiveFigures["inefficiencies"] | null = null;
    return () => ({
      ...known,
      get inefficiencies() {
        return (inefficiencies ??= workOut().inefficiencies);
      },
    });
  }

  /** What the image is made of, beside the inodes that its leftovers count. */
  async madeOf(leftovers: ReadonlySet<Inode>, workOut: () => Promise<MadeOf>): Promise<MadeOf> {
    if (this.#facts === null) return workOut();
    const key = [...this.#layers, ...[...leftovers].map(({ layer, entry }) => `${layer}:${entry}`)];
    const known = this.#mayBeThere ? await this.#facts.find("made", key) : null;
    if (known !== null) return known;
    const made = await workOut();
    this.#facts.keep("made", key, made);
    return made;
  }
}
