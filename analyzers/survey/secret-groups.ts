/** Findings of many images as one list: a secret in a shared layer is one finding, with the images that carry it. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { SecretFinding } from "../secrets/findings/secret-finding.ts";
import { severityRank } from "../../src/base/severity.ts";
import type { Confidence, Severity } from "../../src/base/severity.ts";
import { defined } from "../../src/base/defined.ts";

export interface SecretGroup {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly redacted: string;
  readonly fingerprint: string;
  readonly advice: string;
  /** As in one of the images; layers by digest, because their position is another in each. */
  readonly locations: readonly SecretPlace[];
  /** Every image that carries it, and what became of it there. */
  readonly images: readonly { readonly name: string; readonly state: string }[];
}

export interface SecretPlace {
  readonly surface: string;
  readonly layer?: string;
  readonly path?: string;
  readonly line?: number;
  readonly key?: string;
}

interface Group extends Omit<SecretGroup, "locations" | "images"> {
  readonly locations: Map<string, SecretPlace>;
  readonly images: { readonly name: string; readonly state: string }[];
}

export class SecretGroups {
  readonly #groups = new Map<string, Group>();

  /** `digests`: those of the image's layers, bottom first. */
  add(name: string, findings: readonly SecretFinding[], digests: readonly string[]): void {
    for (const finding of findings) {
      const { rule, title, severity, confidence, redacted, fingerprint, advice, state } = finding;
      const group = this.#groups.get(fingerprint) ?? {
        rule,
        title,
        severity,
        confidence,
        redacted,
        fingerprint,
        advice,
        locations: new Map<string, SecretPlace>(),
        images: [],
      };
      this.#groups.set(fingerprint, group);
      group.images.push({ name, state });
      for (const { surface, layer, path, line, key } of finding.locations) {
        const place: SecretPlace = {
          surface,
          ...defined({ layer: layer === undefined ? undefined : digests[layer]!, path, line, key }),
        };
        group.locations.set(JSON.stringify(place), place);
      }
    }
  }

  /** Most severe first, then those of most images. */
  list(): SecretGroup[] {
    const groups = [...this.#groups.values()].map((group) => ({
      ...group,
      locations: [...group.locations].sort(byText).map(([, place]) => place),
      images: group.images.toSorted((a, b) => compareTexts(a.name, b.name)),
    }));
    return groups.sort(
      (a, b) =>
        severityRank(b.severity) - severityRank(a.severity) ||
        b.images.length - a.images.length ||
        compareTexts(a.fingerprint, b.fingerprint),
    );
  }
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareTexts(a, b);
}
