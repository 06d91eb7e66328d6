/** All fixes and advice for one image and its Dockerfile. */
import { compareTexts } from "../../../src/base/text/compare-texts.ts";
import type { DockerfileMatch } from "../match.ts";
import { aptFixes } from "./rules/apt.ts";
import { cacheMountFixes } from "./rules/cache-mounts.ts";
import { FixContext } from "./context/fix-context.ts";
import type { FixAnalysis } from "./context/fix-context.ts";
import { deletionFixes } from "./rules/deletions.ts";
import type { Advice, Fix } from "./fix.ts";
import { ignoreFixes } from "./rules/ignored.ts";
import { lastlogFixes } from "./rules/lastlog.ts";
import { manifestsFirstFixes } from "./rules/manifests-first.ts";
import { ownershipFixes } from "./rules/ownership.ts";
import { packageCacheFixes } from "./rules/package-caches.ts";
import { stageAdvice, unneededPackageFixes } from "./rules/unneeded-packages.ts";
import { secretAdvice, secretMountFixes } from "./rules/secret-mounts.ts";

export interface Fixes {
  /** In file order. Each byte counts for only one of them. */
  readonly fixes: readonly Fix[];
  readonly advice: readonly Advice[];
}

/** Pure: reads the analysis and changes nothing. Rules earlier in the list claim their bytes first. */
export function findFixes(match: DockerfileMatch, analysis: FixAnalysis): Fixes {
  const context = new FixContext(match, analysis);
  const rules = [
    aptFixes,
    packageCacheFixes,
    cacheMountFixes,
    deletionFixes,
    ownershipFixes,
    ignoreFixes,
    lastlogFixes,
    unneededPackageFixes,
    secretMountFixes,
    manifestsFirstFixes,
  ];
  const fixes = rules.flatMap((rule) => rule(context));
  return {
    fixes: fixes.toSorted((a, b) => a.line - b.line || compareTexts(a.id, b.id)),
    advice: [...secretAdvice(context), ...stageAdvice(context)],
  };
}
