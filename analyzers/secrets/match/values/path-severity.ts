/**
 * How the place of a file affects the weight of a finding: files of dependencies are public, and tests and documentation are full of
 * made-up values. No finding is dropped for its path, and outside of dependencies no directory name lowers its severity, because an
 * application may well be called demo.
 */
import type { Severity } from "../../../../src/base/severity.ts";

/** How certain a finding is regardless of its place: by its own form, as a key block, as a setting, or by the words around it. */
export type Certainty = "form" | "key-block" | "setting" | "name";

const testsAndExamples =
  /(?:^|[/._-])(?:tests?|__tests__|specs?|testing|test-?data|testdata|fixtures?|mocks?|__mocks__|examples?|samples?|demos?|docs?|documentation|doc-files|benchmarks?|cookbook|tutorials?|snakeoil|dummy(?:server)?|selftest|man\d?|info)(?:[/._-]|$)|\/(?:service|api|docs|examples)-[12]\.json(?:\.gz)?(?:!|$)|^usr\/(?:local\/go|lib\/go-[\d.]+)\/src\/|_test\.\w+$|\.(?:test|spec)\.\w+$/i;
/** Forms to be filled in, and texts for people other than one's own notes: values in them are examples. */
const forms =
  /(?<!(?:^|[/._-])(?:notes?|todo|access|credentials?|creds|passwords?|secrets?|logins?|runbook|servers?|internal|private))\.(?:md|markdown|rst|adoc)$|\.(?:pod|po|mo|example|sample|dist|template|tmpl|tpl)$|(?:^|\/)(?:README|CHANGES|CHANGELOG|HISTORY|NEWS|AUTHORS|LICENSE|COPYING)[^/]*$|(?:^|[./_-])(?:example|sample|template)\.\w+$/i;
/** Documentation as web pages. */
const pages = /(?:^|\/)(?:docs?|javadocs?|apidocs?|documentation|manual|help)\/.*\.html?$/i;
/** Test programs and their data, whose literals are made up. */
const testNames = /[a-z0-9](?:Tests?|Spec|IT)\.(?:java|kt|cs|scala|groovy|swift|php)$/;
const testPrograms =
  /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data|__mocks__|__snapshots__|src\/(?:test|it|integrationTest|testFixtures)|test[-_]?vectors|wycheproof)\/|(?:^|\/)(?:test[-_]?)?vectors?\.(?:json|txt|csv|ya?ml)$|(?:(?:^|\/)(?:tests?|__tests__|specs?|testdata|fixtures?|__mocks__)\/.*|(?:^|\/)test_[^/]*|(?:^|\/)conftest|_test|\.(?:test|spec|stories))\.(?:[cm]?[jt]sx?|py|rb|go|java|kt|cs|php|rs|exs?|scala|swift|pl|groovy)$/i;

/** The history of a repository, where no path shows what belongs to a test or an example. */
const history = /(?:^|\/)[\w.-]*\.git\/objects\//;
/** What the package managers of languages install: public, and full of test keys. */
const packages =
  /(?:^|\/)(?:node_modules|bower_components|(?:BOOT|WEB)-INF\/lib|ensurepip\/_bundled|pip\/_vendor|site-packages|dist-packages|gems\/[\w.-]+|go\/pkg\/mod|third_party|\.cargo\/registry|\.m2\/repository|\.nuget\/packages|\.gradle\/caches|\.rustup|\.yarn\/cache|\.pnpm|\.npm|usr\/local\/go|usr\/lib\/go-[\d.]+|usr\/(?:local\/)?(?:lib|share)\/(?:(?:x86_64|aarch64|arm|i386)[\w-]+\/)?(?:ruby|perl5?|python[\d.]*|tcltk|tcl[\d.]+|R|php|jvm|erlang|elixir|lua|google-cloud-sdk))\//;
const system =
  /(?:^|\/)(?:vendor|perl5|python\d[\d.]*|jvm)\/|^(?:usr\/(?:lib(?:32|64|exec)?|include|share(?!\/nginx\/html)|bin|sbin|local\/(?:go|include|lib\/(?:python[\d.]+|perl5?|ruby|node_modules)))|lib(?:32|64)?|bin|sbin|var\/lib\/(?:apt|dpkg|rpm)|var\/cache)\//;

/** The key that Debian's ssl-cert generates at installation, for a certificate that nobody trusts. */
const snakeoil = /^etc\/ssl\/private\/ssl-cert-snakeoil\.key$/;

const order: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

/** The severity of a finding at this path (a byte string). */
export function severityAt(path: string, severity: Severity, known: Certainty): Severity {
  if (severity === "info") return severity;
  if (snakeoil.test(path)) return "low";
  // There, settings are read only from what looks like configuration.
  if (history.test(path)) return known === "name" ? "low" : lower(severity);
  const certainty = known === "setting" ? "name" : known;
  const inPackage = packages.test(path);
  const isForeign = inPackage || system.test(path);
  if (!isForeign) return certainty === "name" && isMadeUp(path) ? "low" : severity;
  if (certainty !== "form" && (testsAndExamples.test(path) || forms.test(path))) return "low";
  if (certainty === "name") return inPackage ? "low" : lower(severity);
  if (inPackage && testsAndExamples.test(path)) return lower(lower(severity));
  return lower(severity);
}

function isMadeUp(path: string): boolean {
  return forms.test(path) || pages.test(path) || testPrograms.test(path) || testNames.test(path);
}

function lower(severity: Severity): Severity {
  return order[Math.max(1, order.indexOf(severity) - 1)]!;
}
