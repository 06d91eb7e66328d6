/** Debian's packages: dpkg's status and file lists, distroless images' status.d, diversions, and apt's record of what was requested. */
import type { InstalledPackage, Need } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed, paragraphs } from "../installed.ts";

export function dpkgPackages(sources: SourceFiles): InstalledPackage[] {
  const lists = listsOf(sources);
  const automatic = automaticallyInstalled(sources);
  return sources.texts("dpkg-status").flatMap(({ path, text }) =>
    [...paragraphs(text)].flatMap((fields) => {
      const field = (name: string): string => fields.get(name) ?? "";
      const [name, version, status] = [field("Package"), field("Version"), fields.get("Status")];
      if (name === "" || version === "" || (status !== undefined && isGone.test(status))) return [];
      const architecture = field("Architecture");
      const list = lists.get(`${name}:${architecture}`) ?? lists.get(name);
      return [
        installed({
          ecosystem: "dpkg",
          name,
          version,
          architecture: architecture === "" ? null : architecture,
          evidence: list?.path ?? path,
          files: list?.files ?? [],
          automatic: automatic.has(`${name}:${architecture}`) || automatic.has(name),
          essential: [field("Essential"), field("Important"), field("Protected")].includes("yes") || isKept(name),
          needs: [...needsOf(field("Pre-Depends")), ...needsOf(field("Depends"))],
          recommends: needsOf(field("Recommends")),
          suggests: needsOf(field("Suggests")),
          provides: needsOf(field("Provides")).flat(),
        }),
      ];
    }),
  );
}

/** Packages in any other state (unpacked, half-configured, waiting for triggers) have their files. */
const isGone = / (?:not-installed|config-files)$/;

/** What Debian's apt never removes by itself: `APT::NeverAutoRemove` as set by its package. */
function isKept(name: string): boolean {
  return /^(?:firmware-linux.*|linux-firmware|linux-image-[a-z0-9]*|linux-image-[a-z0-9]*-[a-z0-9]*)$/.test(name);
}

interface FileList {
  readonly path: string;
  readonly files: readonly string[];
}

/** By package, with `:architecture` where dpkg adds it. A package's own maintainer files are included: they are removed with it. */
function listsOf(sources: SourceFiles): Map<string, FileList> {
  const lists = new Map<string, FileList>();
  const divert = diversionsOf(sources);
  const scripts = maintainerFiles(sources);
  for (const { path, text } of sources.byteTexts("dpkg-list")) {
    const name = path.slice(path.lastIndexOf("/") + 1, -".list".length);
    const plain = name.replace(/:[^:]*$/, "");
    const files = text.split("\n");
    lists.set(name, {
      path,
      files: [...(divert === null ? files : files.map((file) => divert(file, plain))), ...(scripts.get(name) ?? [])],
    });
  }
  for (const { path, text } of sources.byteTexts("dpkg-md5sums")) {
    const name = path.slice(path.lastIndexOf("/") + 1, -".md5sums".length);
    const files = [...text.matchAll(/^[0-9a-f]{32} [ *](\S.*)$/gm)].map((match) => match[1]!);
    lists.set(name, { path, files: [...files, path, path.slice(0, -".md5sums".length)] });
  }
  return lists;
}

function maintainerFiles(sources: SourceFiles): Map<string, string[]> {
  const byPackage = new Map<string, string[]>();
  const directory = "var/lib/dpkg/info";
  for (const name of sources.live(directory)?.children?.keys() ?? []) {
    const dot = name.lastIndexOf(".");
    if (dot < 1) continue;
    const owner = name.slice(0, dot);
    const files = byPackage.get(owner);
    if (files === undefined) byPackage.set(owner, [`${directory}/${name}`]);
    else files.push(`${directory}/${name}`);
  }
  return byPackage;
}

/**
 * Returns where a listed file really lies. A diversion takes three lines: the path, where it went, and the package whose file stays. Null
 * when nothing was diverted.
 */
function diversionsOf(sources: SourceFiles): ((path: string, name: string) => string) | null {
  const diverted = new Map<string, { readonly to: string; readonly by: string }>();
  for (const { text } of sources.byteTexts("dpkg-diversions")) {
    const lines = text.split("\n");
    for (let at = 0; at + 2 < lines.length; at += 3) diverted.set(lines[at]!, { to: lines[at + 1]!, by: lines[at + 2]! });
  }
  if (diverted.size === 0) return null;
  return (path, name) => {
    const diversion = diverted.get(path);
    return diversion === undefined || diversion.by === name ? path : diversion.to;
  };
}

/** apt records what it installed as a dependency; everything else was requested. */
function automaticallyInstalled(sources: SourceFiles): Set<string> {
  const names = new Set<string>();
  for (const { text } of sources.texts("apt-states")) {
    for (const fields of paragraphs(text)) {
      if (fields.get("Auto-Installed") !== "1") continue;
      const [name, architecture] = [fields.get("Package") ?? "", fields.get("Architecture") ?? ""];
      names.add(architecture === "" ? name : `${name}:${architecture}`);
      // A package for all architectures is recorded under the machine's own.
      names.add(`${name}:all`);
    }
  }
  return names;
}

/** Parses `a (>= 1) | b, c:any`: of each group between commas, one name must be there. */
function needsOf(field: string): Need[] {
  if (field === "") return [];
  return field
    .split(",")
    .map((group) =>
      group.split("|").map((part) =>
        part
          .replace(/[([<].*/s, "")
          .trim()
          .replace(/:[\w-]+$/, ""),
      ),
    )
    .map((names) => names.filter((name) => name !== ""))
    .filter((names) => names.length > 0);
}
