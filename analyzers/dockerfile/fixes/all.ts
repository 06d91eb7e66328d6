/** Every fix and every piece of advice for one image and its Dockerfile. */
import type { DockerfileMatch } from "../match.ts";
import { cacheMountFixes } from "./cache-mounts.ts";
import { FixContext } from "./context.ts";
import type { FixAnalysis } from "./context.ts";
import { deletionFixes } from "./deletions.ts";
import type { Advice, Fix } from "./fix.ts";
import { ignoreFixes } from "./ignored.ts";
import { lastlogFixes } from "./lastlog.ts";
import { manifestsFirstFixes } from "./manifests-first.ts";
import { ownershipFixes } from "./ownership.ts";
import { packageCacheFixes } from "./package-caches.ts";
import { stageAdvice, unneededPackageFixes } from "./unneeded-packages.ts";
import { secretAdvice, secretMountFixes } from "./secret-mounts.ts";

export interface Fixes {
  /** In the order of the file. Each byte counts for one of them. */
  readonly fixes: readonly Fix[];
  readonly advice: readonly Advice[];
}

/** Pure: looks at the analysis, changes nothing. What stands earlier in the list claims its bytes first. */
export function findFixes(match: DockerfileMatch, analysis: FixAnalysis): Fixes {
  const context = new FixContext(match, analysis);
  const rules = [
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
    fixes: fixes.toSorted((a, b) => a.line - b.line || (a.id < b.id ? -1 : 1)),
    advice: [...secretAdvice(context), ...stageAdvice(context)],
  };
}
