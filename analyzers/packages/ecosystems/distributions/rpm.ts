/** Packages of the Red Hat and SUSE families. Which were requested is known only from dnf's list or history; rpm does not record it. */
import type { InstalledPackage } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function rpmPackages(sources: SourceFiles): InstalledPackage[] {
  const reasons = dnfReasons(sources);
  const databases = (["rpm-sqlite", "rpm-ndb", "rpm-bdb"] as const).flatMap((kind) => sources.of(kind));
  return databases.flatMap(({ path, kept }) =>
    ("rpm" in kept ? kept.rpm : []).map((header) => {
      const { name, epoch, version, release, architecture } = header;
      const reason = reasons.get(`${name}.${architecture}`);
      return installed({
        ecosystem: "rpm",
        name,
        version: `${epoch === null || epoch === 0 ? "" : `${epoch}:`}${version}-${release}`,
        architecture: architecture === "" ? null : architecture,
        evidence: path,
        files: header.files,
        automatic: reason === undefined || /^(?:unknown|none)$/i.test(reason) ? null : !/^(?:user|group|external user)$/i.test(reason),
        // A need may be a file or a capability; both are provided by name.
        needs: header.requires.filter((need) => !need.startsWith("rpmlib(")).map(plainNames),
        recommends: header.recommends.map(plainNames),
        suggests: header.suggests.map(plainNames),
        provides: header.provides,
      });
    }),
  );
}

/** `(a or b)` is a need with alternatives; of other conditions only the first name counts. */
function plainNames(need: string): string[] {
  if (!need.startsWith("(")) return [need];
  const inner = need.slice(1, need.lastIndexOf(")"));
  const names = inner.split(/ or /).map((part) => part.replace(/^\(+/, "").split(" ")[0]!);
  return inner.includes(" or ") ? names : names.slice(0, 1);
}

/** dnf 5's `packages.toml`: `"name.arch" = {…reason = "User"…}`, in any TOML notation. The history of dnf 4 is kept in the same form. */
function dnfReasons(sources: SourceFiles): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { text } of [...sources.texts("dnf-history"), ...sources.texts("dnf-packages")]) {
    let current = "";
    for (const line of text.split("\n")) {
      const table = /^\[packages\."?([^"\]]+)"?\]/.exec(line)?.[1];
      if (table !== undefined) current = table;
      const equals = line.indexOf("=");
      const inline = /^\s*\{.*?\breason\s*=\s*"([^"]*)"/.exec(line.slice(equals + 1));
      if (equals > 0 && inline !== null) reasons.set(line.slice(0, equals).trim().replaceAll('"', ""), inline[1]!);
      const plain = /^reason\s*=\s*"([^"]*)"/.exec(line.trim());
      if (plain !== null && current !== "") reasons.set(current, plain[1]!);
    }
  }
  return reasons;
}
