/** One kind of input: makes an input from chance, feeds it to Ballast, and throws where something does not hold. */
import type { Outcome } from "./oracles.ts";
import type { Random } from "./random.ts";

export interface Target {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** @param directory an empty one, removed afterwards */
  run(random: Random, directory: string): Promise<Outcome>;
}
