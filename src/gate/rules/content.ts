/** Duplicates, leftovers and secrets. */
import { defined } from "../../base/defined.ts";
import type { Leftover } from "../../../analyzers/analysis.ts";
import { filePlace } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretFinding, SecretLocation } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { confidences, severityRank } from "../../base/severity.ts";
import type { Severity } from "../../base/severity.ts";
import type { RuleSetting, SecretThresholds } from "../../config/rule-schema.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { Rule, RuleContext } from "../rule.ts";
import type { Evidence } from "../verdict.ts";

export const contentRules = {
  "duplicate-bytes": {
    title: "Duplicate bytes",
    meaning: "Bytes of files whose content also lives at another path of the final filesystem: every copy but one.",
    fix: "link the copies; `ballast optimize` hard-links them",
    example: "10MB",
    measure(context) {
      if (!context.analysis.scope.duplicates) return { unjudged: "equal files were not looked for" };
      let bytes = 0;
      const evidence: Evidence[] = [];
      for (const duplicate of context.analysis.duplicates) {
        const paths = duplicate.paths.filter((path) => !context.ignored({ path }));
        if (paths.length < 2) continue;
        const saved = duplicate.bytes * (paths.length - 1);
        bytes += saved;
        if (evidence.length < 50)
          evidence.push({ message: `the same content at ${paths.length} paths, also at ${paths[1]!}`, path: paths[0]!, bytes: saved });
      }
      return { value: bytes, evidence };
    },
  },
  "leftover-bytes": {
    title: "Left behind by package managers",
    meaning:
      "Bytes of package caches and stores that are still in the final filesystem. `categories` counts others too: docs, man, locales, pyc, vcs, logs, temp.",
    fix: "clean up in the RUN that installs, or mount the cache: RUN --mount=type=cache",
    example: "10MB",
    measure(context) {
      const categories = context.setting.categories ?? ["caches", "stores"];
      const evidence: Evidence[] = [];
      let bytes = 0;
      for (const leftover of context.analysis.leftovers) {
        if (!categories.includes(leftover.category) || isIgnored(leftover, context)) continue;
        bytes += leftover.bytes;
        evidence.push(leftoverEvidence(leftover));
      }
      return { value: bytes, evidence };
    },
  },
  secrets: {
    title: "Secrets",
    meaning:
      "Findings of the secret scanner, from the threshold's severity up, in files of every layer (removed ones can still be read) and in the image's own fields. `surfaces` sets other thresholds for single surfaces; `confidence` leaves out what is less sure.",
    fix: "rotate the secret, then keep it out: RUN --mount=type=secret. Known false alarms go to secrets.allow or ignore, by fingerprint",
    example: "high",
    measure(context) {
      const { secrets, incomplete } = context.analysis;
      if (secrets === null) return { unjudged: "secrets were not looked for (--secrets off)" };
      const found = secretsAtLeast(secrets, context, "warn");
      const notes = [
        ...(context.analysis.scope.secrets === "full" ? [] : ["the contents of files were not scanned (--secrets config)"]),
        ...context.analysis.warnings.filter(({ code }) => code === "secrets-known").map(({ message }) => message),
      ];
      const missed = incomplete.filter(({ what }) => what === "secrets");
      return {
        value: found.length,
        evidence: found.map(secretEvidence),
        ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
        ...(missed.length === 0
          ? {}
          : { incomplete: `${plural(missed.length, "file was", "files were")} not scanned whole; first: ${missed[0]!.reason}` }),
      };
    },
    breaks: (_measurement, _threshold, context, level) => secretsAtLeast(context.analysis.secrets ?? [], context, level).length > 0,
  },
} satisfies Record<string, Rule>;

function isIgnored(leftover: Leftover, context: RuleContext): boolean {
  return leftover.paths.length > 0 && leftover.paths.every((path) => context.ignored({ path }));
}

function leftoverEvidence({ title, advice, bytes, layer, paths }: Leftover): Evidence {
  return { message: `${title}: ${advice}`, bytes, layer, ...defined({ path: paths[0] }) };
}

/** The findings that count at a level; `warn` includes those that fail. */
function secretsAtLeast(secrets: readonly SecretFinding[], context: RuleContext, level: "fail" | "warn"): SecretFinding[] {
  const { setting } = context;
  const surest = confidences.indexOf(setting.confidence ?? "low");
  return secrets.filter(
    (finding) =>
      confidences.indexOf(finding.confidence) >= surest &&
      !context.ignored({ fingerprint: finding.fingerprint }) &&
      finding.locations.some(
        (location) =>
          counts(finding, location, setting, level) && !context.ignored(defined({ path: location.path, fingerprint: finding.fingerprint })),
      ),
  );
}

function counts(finding: SecretFinding, location: SecretLocation, setting: RuleSetting, level: "fail" | "warn"): boolean {
  // For the rule about secrets `parseThreshold` allows nothing else.
  const { fail, warn } = { ...(setting as SecretThresholds), ...setting.surfaces?.[location.surface] };
  const reaches = (threshold: Severity | null): boolean => threshold !== null && severityRank(finding.severity) >= severityRank(threshold);
  return level === "fail" ? reaches(fail) : reaches(fail) || reaches(warn);
}

function secretEvidence(finding: SecretFinding): Evidence {
  const [location] = finding.locations;
  const where = location === undefined ? "" : ` in ${placeOf(location)}`;
  const more = finding.locations.length > 1 ? ` and ${finding.locations.length - 1} more` : "";
  return {
    message: `${finding.title} (${finding.severity})${where}${more}: ${finding.redacted}`,
    severity: finding.severity,
    fingerprint: finding.fingerprint,
    ...defined({ path: location?.path, line: location?.line, layer: location?.layer }),
  };
}

function placeOf(location: SecretLocation): string {
  const { surface, key, line } = location;
  const file = filePlace(location);
  if (file !== undefined) return line === undefined ? file : `${file} line ${line}`;
  return key === undefined ? surface : `${surface} ${key}`;
}
