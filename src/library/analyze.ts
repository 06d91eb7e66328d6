import type { Analysis } from "../../analyzers/analysis.ts";
import { loadRules } from "../../analyzers/secrets/match/user/load-rules.ts";
import { analyzeImage } from "../operations/analyze-image.ts";
import { rememberRules } from "../scan/workers/compiled-rules.ts";
import { sessionOf, untilAborted } from "./opened.ts";
import type { OpenedImage } from "./opened.ts";
import { defined } from "../base/defined.ts";

export interface AnalyzeImageOptions {
  /** Where secrets are looked for: nowhere, in config and history, or in the content of every file of every layer too. Default `full`. */
  readonly secrets?: "off" | "config" | "full";
  /** Secret rules in addition to the built-in ones, as the text of a gitleaks TOML file. */
  readonly secretRules?: string;
  /** Fingerprints of known secrets, which are left out. */
  readonly knownSecrets?: Iterable<string>;
  /** The base image, to tell its layers from this image's own. When absent, the base is taken from an annotation, or guessed. */
  readonly base?: OpenedImage;
  /** Look for equal files at different paths. Default true. */
  readonly duplicates?: boolean;
  /** Stored bytes of a layer that were read since the last call. */
  readonly onProgress?: (progress: { readonly layer: number; readonly bytes: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads every layer and reports what the image holds: its merged files, what is wasted and why, duplicates, leftovers, secrets. All sizes are
 * content bytes of regular files, an inode with several names counted once; whiteouts are resolved as image-spec layer.md says. For every
 * image, exactly: `totals.totalBytes - totals.finalBytes` is the sum of `waste`.
 *
 * The result stays usable after `close()`, except for what reads content: `plan`, `rewrite`, `exportTree`.
 * @throws {BallastError} `digest-mismatch`, `blob-corrupt`, `blob-missing`, `layer-invalid`, `limit-exceeded`, `read-failed`, each naming the
 * layer; `bad-config` for secret rules; `bad-argument` when `base` is not this image's base
 */
export async function analyze({ image }: OpenedImage, options: AnalyzeImageOptions = {}): Promise<Analysis> {
  const { secrets: mode = "full", secretRules = null, base, duplicates = true, onProgress, signal } = options;
  const session = sessionOf(image);
  const rules = await loadRules(secretRules, "secretRules");
  if (mode === "full") rememberRules(rules);
  const scanner = session.scanner(mode === "full" ? { id: rules.id, options: rules.options } : null);
  const work = (): Promise<Analysis> =>
    analyzeImage(image, {
      scanner,
      duplicates,
      secrets: { mode, rules: async () => rules, baseline: new Set(options.knownSecrets) },
      hooks: { onBytes: (layer, bytes) => onProgress?.({ layer, bytes }) },
      ...defined({ base: base?.image }),
    });
  return untilAborted(signal, () => session.stop(), work);
}
