/** Keeps what was worked out about an image for the next run on the same layers. */
import type { DiveFigures } from "../../analyzers/analysis.ts";
import type { FactsKey, ImageFacts, ImageFactsByKind } from "../cache/image-facts.ts";
import type { LayerScan } from "./layer-scan.ts";

/** Those that the layers decide, and whoever asks. */
type KeptKind = "figures" | "findings";

export class KeptFacts {
  /** Null where nothing is kept. */
  readonly #facts: ImageFacts | null;
  /** The diff IDs of all layers; layers that were not hashed cannot be recognised. */
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
   * Null when no earlier run has worked it out for the same layers.
   * @param decided what else it depends on
   */
  async find<Kind extends KeptKind>(kind: Kind, decided: FactsKey): Promise<ImageFactsByKind[Kind] | null> {
    return this.#mayBeThere && this.#facts !== null ? this.#facts.find(kind, [this.#layers, ...decided]) : null;
  }

  keep<Kind extends KeptKind>(kind: Kind, decided: FactsKey, facts: ImageFactsByKind[Kind]): void {
    this.#facts?.keep(kind, [this.#layers, ...decided], facts);
  }
}
