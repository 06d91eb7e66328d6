/** Bytes in packages and in files that no package owns, and packages that a finished image should not have. */
import { buildReason } from "../../../analyzers/packages/findings/build-packages.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import type { PackageRow, PackageRule } from "../../../analyzers/packages/model.ts";
import { parseForbiddenName } from "../../base/text/package-name.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { formatBytes, formatCount } from "../../terminal/format-bytes.ts";
import type { Measurement, Rule, RuleContext } from "../rule.ts";
import type { Evidence } from "../verdict.ts";

const mostEvidence = 50;

export const packageRules = {
  "package-bytes": {
    title: "Bytes of packages",
    meaning: "Content bytes of the final filesystem that installed packages own, of systems and of languages alike.",
    fix: "`ballast packages IMAGE` lists them by size with what only they bring; install fewer, or start from a smaller base",
    example: "300MB",
    measure(context) {
      const rows = seen(context, context.analysis.packages.packages).toSorted((a, b) => b.bytes - a.bytes);
      return { value: sum(rows), evidence: rows.slice(0, mostEvidence).map((row) => evidenceOf(context, row)), ...unread(context) };
    },
  },
  "unowned-bytes": {
    title: "Bytes of no package",
    meaning: "Content bytes of the final filesystem that no package owns: what was copied, downloaded or generated.",
    fix: "`ballast packages IMAGE --json` names the directories; remove what was left behind, or ignore the directories that you mean",
    example: "100MB",
    measure(context) {
      const owners = context.analysis.packages.owners.filter(
        ({ kind, name, bytes }) => kind === "unowned" && bytes > 0 && !context.ignored({ path: name }),
      );
      const evidence = owners
        .slice(0, mostEvidence)
        .map(({ name, bytes }) => ({ message: "no package owns what lies here", path: name, bytes }));
      return { value: owners.reduce((total, { bytes }) => total + bytes, 0), evidence };
    },
  },
  "recommended-bytes": {
    title: "Bytes of packages that are only recommended",
    meaning: "Content bytes of packages that only the recommendations of others brought, with all that only they need.",
    fix: "apt-get install --no-install-recommends, or dnf install --setopt=install_weak_deps=False; name the ones that you use",
    example: "20MB",
    measure(context) {
      const rows = found(context, "recommended-packages");
      return { value: sum(rows), evidence: rows.slice(0, mostEvidence).map((row) => evidenceOf(context, row)), ...unread(context) };
    },
  },
  "build-packages": {
    title: "Packages that only building needs",
    meaning: "Number of compilers, headers, build tools and the like in the final filesystem that no package which stays needs.",
    fix: "build in an earlier stage and copy the result: FROM … AS build, then COPY --from=build",
    example: "0",
    measure(context) {
      const rows = found(context, "build-packages").flatMap((row) => {
        const reason = buildReason(row.ecosystem, row.name);
        return reason === null ? [] : [{ row, reason }];
      });
      return {
        value: rows.length,
        evidence: rows
          .slice(0, mostEvidence)
          .map(({ row, reason }) => ({ ...evidenceOf(context, row), message: `${row.name}: ${reason}` })),
        ...unread(context),
      };
    },
  },
  "forbidden-packages": {
    title: "Forbidden packages",
    meaning:
      "Packages of the final filesystem that have one of the names, or are contained in a program or archive: NAME, ECOSYSTEM:NAME, or a glob of either.",
    fix: "do not install them; `ballast packages IMAGE --why NAME` tells who asks for them",
    example: "[telnetd, npm:event-stream]",
    measure(context, threshold) {
      const forbidden = (threshold as readonly string[]).map(parseForbiddenName);
      const isForbidden = (ecosystem: string, name: string): boolean => forbidden.some((each) => each.matches(ecosystem, name));
      const evidence = seen(context, context.analysis.packages.packages).flatMap((row): Evidence[] => {
        const inside = row.contains.filter(({ name }) => isForbidden(row.ecosystem, name));
        const own = isForbidden(row.ecosystem, row.name)
          ? [
              {
                ...evidenceOf(context, row),
                message: `${row.name} ${row.version} is installed: ${whyText(context.analysis.packages, row.index)}`,
              },
            ]
          : [];
        return [
          ...own,
          ...inside.map(({ name, version }) => ({ ...evidenceOf(context, row), message: `${row.name} contains ${name} ${version}` })),
        ];
      });
      return { value: evidence.length, text: `${formatCount(evidence.length)} found`, evidence, ...unread(context) };
    },
    breaks: ({ value }) => value > 0,
  },
} satisfies Record<string, Rule>;

/** Where not every package of the image is known, staying below a limit is not a pass. */
function unread(context: RuleContext): Pick<Measurement, "incomplete"> {
  const told = context.analysis.warnings.filter(
    ({ code, path }) => (code === "packages-unread" || code === "packages-unknown") && !(path !== undefined && context.ignored({ path })),
  );
  const [first] = told;
  if (first === undefined) return {};
  return { incomplete: told.length === 1 ? first.message : `${first.message}; and ${told.length - 1} more of the kind` };
}

/** Packages in places that no ignore entry covers. */
function seen(context: RuleContext, rows: readonly PackageRow[]): PackageRow[] {
  return rows.filter(({ location }) => !context.ignored({ path: displayPath(location) }));
}

function found(context: RuleContext, rule: PackageRule): PackageRow[] {
  const { findings, packages } = context.analysis.packages;
  const indices = findings.find((finding) => finding.rule === rule)?.packages ?? [];
  return seen(
    context,
    indices.map((index) => packages[index]!),
  );
}

function sum(rows: readonly PackageRow[]): number {
  return rows.reduce((total, { bytes }) => total + bytes, 0);
}

function evidenceOf({ analysis: { packages } }: RuleContext, row: PackageRow): Evidence {
  const { name, version, bytes, layer, location, index } = row;
  return { message: `${name} ${version}, ${formatBytes(bytes)}: ${whyText(packages, index)}`, path: displayPath(location), layer, bytes };
}
