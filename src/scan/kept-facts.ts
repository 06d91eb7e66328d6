/** What an earlier run worked out of an image with the same layers, and what the next one is to find. */
import type { DiveFigures, TreeFigures } from "../../analyzers/analysis.ts";
import type { FactsKey, ImageFacts } from "../cache/image-facts.ts";
import type { LayerScan } from "./layer-scan.ts";

export interface FiguresKey {
  /** The layers' commands, as they may be shown. */
  readonly createdBy: readonly string[];
  /** Whether duplicates were looked for. */
  readonly duplicates: boolean;
}

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

  /**
   * Null where no earlier run has told them of the same layers.
   * @param decided what else they follow from
   */
  async figures(decided: FiguresKey): Promise<TreeFigures | null> {
    return this.#mayBeThere && this.#facts !== null ? this.#facts.find("figures", this.#keyOf(decided)) : null;
  }

  keepFigures(decided: FiguresKey, figures: TreeFigures): void {
    this.#facts?.keep("figures", this.#keyOf(decided), figures);
  }

  #keyOf({ createdBy, duplicates }: FiguresKey): FactsKey {
    return [this.#layers, createdBy, duplicates];
  }
}
