/** The reader of each ecosystem. Readers are loaded on demand: most images have two or three ecosystems. */
import type { FileTree } from "../../../src/filesystem/file-tree.ts";
import { SourceFiles } from "../evidence/source-files.ts";
import type { SourceFile } from "../evidence/source-files.ts";
import type { SourceKind } from "../evidence/sources.ts";
import type { InstalledPackage } from "../model.ts";

interface Reader {
  /** Without a file of one of these kinds, it finds no package. */
  readonly kinds: readonly SourceKind[];
  load(): Promise<(sources: SourceFiles) => InstalledPackage[]>;
}

/** Systems first: files they list belong to them rather than to a language's package. */
const readers: readonly Reader[] = [
  { kinds: ["dpkg-status"], load: async () => (await import("./distributions/dpkg.ts")).dpkgPackages },
  { kinds: ["apk-installed"], load: async () => (await import("./distributions/apk.ts")).apkPackages },
  { kinds: ["rpm-sqlite", "rpm-ndb", "rpm-bdb"], load: async () => (await import("./distributions/rpm.ts")).rpmPackages },
  { kinds: ["pacman-desc"], load: async () => (await import("./distributions/pacman.ts")).pacmanPackages },
  { kinds: ["conda-package"], load: async () => (await import("./languages/conda.ts")).condaPackages },
  { kinds: ["python-metadata"], load: async () => (await import("./languages/python.ts")).pythonPackages },
  { kinds: ["npm-package", "npm-application", "yarn-archive"], load: async () => (await import("./languages/npm.ts")).npmPackages },
  { kinds: ["gem-specification"], load: async () => (await import("./languages/gems.ts")).gemPackages },
  { kinds: ["composer-installed"], load: async () => (await import("./languages/composer.ts")).composerPackages },
  { kinds: ["dotnet-dependencies"], load: async () => (await import("./languages/dotnet.ts")).dotnetPackages },
  { kinds: ["jar"], load: async () => (await import("./languages/java.ts")).javaPackages },
  { kinds: ["elf"], load: async () => (await import("./languages/binaries.ts")).binaryPackages },
];

/** Every package that the image describes, in no particular order. */
export async function installedPackages(tree: FileTree, sources: readonly SourceFile[]): Promise<InstalledPackage[]> {
  const files = new SourceFiles(tree, sources);
  const packages: InstalledPackage[] = [];
  for (const { kinds, load } of readers) {
    if (!kinds.some((kind) => files.of(kind).length > 0)) continue;
    const read = await load();
    for (const found of read(files)) packages.push(found);
  }
  return packages;
}
