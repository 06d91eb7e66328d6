/** Where a file lies says how much a find in it weighs. Nothing is dropped for its path. */
import type { Severity } from "./secret-hit.ts";

const testsAndExamples =
  /(?:^|[/._-])(?:tests?|__tests__|specs?|testing|test-?data|testdata|fixtures?|mocks?|__mocks__|examples?|samples?|demos?|docs?|documentation|doc-files|benchmarks?|cookbook|tutorials?|snakeoil|dummy(?:server)?|selftest|man\d?|info)(?:[/._-]|$)|\.(?:md|markdown|rst|adoc|pod|po|mo|html?|example|sample|dist|template|tmpl|tpl)$|(?:^|\/)(?:README|CHANGES|CHANGELOG|HISTORY|NEWS|AUTHORS|LICENSE|COPYING)[^/]*$|_test\.\w+$|\.(?:test|spec)\.\w+$/i;

/** What package managers of languages install: public, and full of keys for tests. */
const packages =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|dist-packages|gems\/[\w.-]+|go\/pkg\/mod|third_party|\.cargo\/registry|\.m2\/repository|\.nuget\/packages|\.gradle\/caches|\.rustup|\.yarn\/cache|\.pnpm|\.npm|usr\/local\/go|usr\/lib\/go-[\d.]+)\//;
const system =
  /(?:^|\/)(?:vendor|perl5|python\d[\d.]*|jvm)\/|^(?:usr\/(?:lib(?:32|64|exec)?|include|share(?!\/nginx\/html)|bin|sbin|local\/(?:go|lib|include|share|bin))|lib(?:32|64)?|bin|sbin|var\/lib\/(?:apt|dpkg|rpm)|var\/cache)\//;

const order: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

/** The severity of a find at this path (a byte string); `certain` for secrets known by a form of their own, key blocks left out. */
export function severityAt(path: string, severity: Severity, certain: boolean): Severity {
  if (severity === "info") return severity;
  // Keys for tests, values in documentation and examples: usually made up, sometimes not.
  const fileName = path.slice(path.lastIndexOf("/") + 1);
  if (testsAndExamples.test(path.slice(0, path.length - fileName.length)) || testsAndExamples.test(fileName)) return "low";
  const inPackage = packages.test(path);
  if (!inPackage && !system.test(path)) return severity;
  return certain || (!inPackage && severity === "critical") ? order[Math.max(1, order.indexOf(severity) - 1)]! : "low";
}
