/** Warnings about databases and manifests that could not be read completely. */
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { resolvePath } from "../../src/filesystem/resolve-path.ts";
import type { Warning } from "../../src/image/warning.ts";
import type { SourceFile } from "./evidence/source-files.ts";
import type { SourceKind } from "./evidence/sources.ts";
import type { FollowedEdges } from "./graph/edges.ts";
import type { InstalledPackage } from "./model.ts";
import { defined } from "../../src/base/defined.ts";

/** These list every package of a system's manager; if one is unreadable, what is installed is unknown. */
const databases: ReadonlySet<SourceKind> = new Set(["dpkg-status", "apk-installed", "rpm-sqlite", "rpm-ndb", "rpm-bdb", "pacman-desc"]);

/** Packages named individually; only a hostile image has more of them. */
const mostNamed = 20;

export function packageWarnings(
  tree: FileTree,
  sources: readonly SourceFile[],
  packages: readonly InstalledPackage[],
  edges: FollowedEdges,
): readonly Warning[] {
  const at = (path: string): Pick<Warning, "layer" | "path"> => {
    const layer = resolvePath(tree, path, { followLast: false })?.inode?.layer;
    return { ...defined({ layer }), path: displayPath(path) };
  };
  const unreadable = sources.flatMap(({ kind, path, kept }) =>
    "problem" in kept
      ? [
          {
            // A manifest that is not JSON is unreadable to its own ecosystem too; a database unreadable to us may be intact.
            ...(databases.has(kind) || kept.unseen === true ? { code: "packages-unread" } : { code: "package-data-unreadable" }),
            message: `${displayPath(path)} ${kept.problem}: what it says about packages is missing from this report`,
            ...at(path),
          },
        ]
      : [],
  );
  const cut = packages
    .filter(({ isCut }) => isCut)
    .slice(0, mostNamed)
    .map(({ ecosystem, name, evidence }) => ({
      code: "package-data-cut",
      message: `${displayPath(evidence)} lists more than any package has: of ${ecosystem} ${name} not all files or needs are in this report`,
      ...at(evidence),
    }));
  const needs = {
    code: "package-data-cut",
    message: "the packages ask for one another more often than is followed: reasons, and what would go with a package, may lack some",
  };
  return [...unreadable, ...cut, ...(edges.isCut ? [needs] : [])];
}
