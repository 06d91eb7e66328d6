/** Which files of an image describe packages or accounts. Every file of the image is asked about, so the name decides first. */

export type SourceKind =
  | "dpkg-status"
  | "dpkg-list"
  | "dpkg-md5sums"
  | "checksums"
  | "dpkg-diversions"
  | "apt-states"
  | "apk-installed"
  | "apk-world"
  | "rpm-sqlite"
  | "rpm-ndb"
  | "rpm-bdb"
  | "dnf-packages"
  | "dnf-history"
  | "pacman-desc"
  | "pacman-files"
  | "npm-package"
  | "npm-application"
  | "yarn-archive"
  | "python-metadata"
  | "python-record"
  | "python-files"
  | "conda-package"
  | "gem-specification"
  | "composer-installed"
  | "dotnet-dependencies"
  | "jar"
  | "elf"
  | "accounts";

const mebi = 1024 * 1024;

/** A file of that kind with more bytes is not read, with a warning. Kinds without a bound are read in parts, or not at all. */
export const mostBytes: Readonly<Record<SourceKind, number>> = {
  "dpkg-status": 64 * mebi,
  "dpkg-list": 16 * mebi,
  "dpkg-md5sums": 16 * mebi,
  checksums: 16 * mebi,
  "dpkg-diversions": mebi,
  "apt-states": 16 * mebi,
  "apk-installed": 64 * mebi,
  "apk-world": mebi,
  "rpm-sqlite": 256 * mebi,
  "rpm-ndb": 256 * mebi,
  "rpm-bdb": 256 * mebi,
  "dnf-packages": 16 * mebi,
  "dnf-history": 32 * mebi,
  "pacman-desc": mebi,
  "pacman-files": 16 * mebi,
  "npm-package": mebi,
  "npm-application": mebi,
  "yarn-archive": Infinity,
  "python-metadata": 4 * mebi,
  "python-record": 16 * mebi,
  "python-files": 4 * mebi,
  "conda-package": 16 * mebi,
  "gem-specification": mebi,
  "composer-installed": 32 * mebi,
  "dotnet-dependencies": 16 * mebi,
  jar: Infinity,
  elf: Infinity,
  accounts: mebi,
};

type Rule = (path: string) => SourceKind | null;

const rpmDirectory = /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\/[^/]+$/;

function whole(path: string, kind: SourceKind): Rule {
  return (found) => (found === path ? kind : null);
}

function matching(pattern: RegExp, kind: SourceKind): Rule {
  return (path) => (pattern.test(path) ? kind : null);
}

const byName: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["status", whole("var/lib/dpkg/status", "dpkg-status")],
  ["diversions", whole("var/lib/dpkg/diversions", "dpkg-diversions")],
  ["extended_states", whole("var/lib/apt/extended_states", "apt-states")],
  ["installed", matching(/^(?:usr\/)?lib\/apk\/db\/installed$/, "apk-installed")],
  ["world", whole("etc/apk/world", "apk-world")],
  ["rpmdb.sqlite", matching(rpmDirectory, "rpm-sqlite")],
  ["Packages.db", matching(rpmDirectory, "rpm-ndb")],
  ["Packages", matching(rpmDirectory, "rpm-bdb")],
  ["packages.toml", matching(/(?:^|\/)libdnf5\/packages\.toml$/, "dnf-packages")],
  ["history.sqlite", whole("var/lib/dnf/history.sqlite", "dnf-history")],
  ["desc", matching(/^var\/lib\/pacman\/local\/[^/]+\/desc$/, "pacman-desc")],
  ["files", matching(/^var\/lib\/pacman\/local\/[^/]+\/files$/, "pacman-files")],
  ["package.json", packageJson],
  ["METADATA", matching(/\.dist-info\/METADATA$/, "python-metadata")],
  ["PKG-INFO", matching(/\.egg-info\/PKG-INFO$/, "python-metadata")],
  ["RECORD", matching(/\.dist-info\/RECORD$/, "python-record")],
  ["installed-files.txt", matching(/\.egg-info\/installed-files\.txt$/, "python-files")],
  ["top_level.txt", matching(/\.egg-info\/top_level\.txt$/, "python-files")],
  // `/etc/passwd` may be a symlink to a file elsewhere; the program `passwd` is not one of those.
  ["passwd", (path) => (/(?:^|\/)s?bin\/passwd$/.test(path) ? null : "accounts")],
  ["installed.json", matching(/(?:^|\/)vendor\/composer\/installed\.json$/, "composer-installed")],
]);

const byExtension: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["list", matching(/^var\/lib\/dpkg\/info\/[^/]+\.list$/, "dpkg-list")],
  ["md5sums", matching(/^var\/lib\/dpkg\/info\/[^/]+\.md5sums$/, "checksums")],
  [
    "json",
    (path) => {
      if (path.endsWith(".deps.json")) return "dotnet-dependencies";
      return /(?:^|\/)conda-meta\/[^/]+\.json$/.test(path) ? "conda-package" : null;
    },
  ],
  ["gemspec", matching(/(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/, "gem-specification")],
  ["egg-info", () => "python-metadata"],
  ["jar", () => "jar"],
  ["war", () => "jar"],
  ["ear", () => "jar"],
  ["zip", matching(/(?:^|\/)\.yarn\/cache\/[^/]+\.zip$/, "yarn-archive")],
  ["so", () => "elf"],
  ["node", () => "elf"],
  ["debug", () => "elf"],
  ["ko", () => "elf"],
]);

/** The package.json of an npm, yarn or pnpm package; those deeper inside a package are its own business. */
const inNodeModules = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/;

function packageJson(path: string): SourceKind | null {
  if (inNodeModules.test(path)) return "npm-package";
  return path.startsWith("node_modules/") || path.includes("/node_modules/") ? null : "npm-application";
}

/** Smaller files hold no program worth reading. */
const leastElfBytes = 512;

/**
 * The kind of source a live or stored regular file is; null for most. `directory` is the part of the path before the name, with the slash.
 * The two are joined only if the name is of interest.
 */
export function sourceKindOf(directory: string, name: string, mode: number, size: number): SourceKind | null {
  const named = byName.get(name);
  if (named !== undefined) {
    const kind = named(directory + name);
    if (kind !== null) return kind;
  }
  // Distroless images keep a file of any name for each package there.
  if (directory.startsWith("var/lib/dpkg/status.d/")) return name.endsWith(".md5sums") ? "dpkg-md5sums" : "dpkg-status";
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? undefined : byExtension.get(name.slice(dot + 1));
  if (extension !== undefined) {
    const kind = extension(directory + name);
    if (kind !== null) return kind === "elf" && size < leastElfBytes ? null : kind;
  }
  if (size < leastElfBytes) return null;
  return (mode & 0o111) !== 0 || name.includes(".so.") ? "elf" : null;
}
