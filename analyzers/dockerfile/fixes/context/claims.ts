/** Each byte counts for the first fix that saves it. */
import type { Leftover, Waste } from "../../../analysis.ts";

export class Claims {
  readonly #findings = new Set<Leftover | Waste>();
  readonly #files = new Set<string>();

  isFree(finding: Leftover | Waste): boolean {
    return !this.#findings.has(finding);
  }

  /** Claims the findings for the current fix, so that no later one counts them again. Returns the bytes not claimed before. */
  take(findings: readonly (Leftover | Waste)[]): number {
    let bytes = 0;
    for (const finding of findings) {
      if (!this.isFree(finding)) continue;
      this.#findings.add(finding);
      bytes += finding.bytes;
    }
    return bytes;
  }

  /** As `take`, for files that no finding names. */
  takeFiles(files: readonly { readonly file: string; readonly bytes: number }[]): number {
    let sum = 0;
    for (const { file, bytes } of files) {
      if (this.#files.has(file)) continue;
      this.#files.add(file);
      sum += bytes;
    }
    return sum;
  }
}
