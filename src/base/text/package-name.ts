/** Package names in rules. A name that no package can have is refused, because it would silently forbid nothing. */
import { globProblem, parseNameGlob } from "./glob.ts";

/** Other tools' names for the kinds of packages, by the name used in reports. */
const ecosystems: Readonly<Record<string, readonly string[]>> = {
  dpkg: ["deb", "debian", "ubuntu", "apt"],
  apk: ["alpine"],
  rpm: ["dnf", "yum", "zypper", "redhat", "fedora"],
  pacman: ["alpm", "arch", "archlinux"],
  npm: ["node", "nodejs", "yarn", "pnpm"],
  python: ["pypi", "pip"],
  conda: [],
  gem: ["rubygems", "ruby", "gems", "bundler"],
  composer: ["packagist", "php"],
  go: ["golang", "gomod"],
  rust: ["cargo", "crates", "crate"],
  java: ["maven", "jar", "gradle"],
  dotnet: ["nuget"],
};
const byAnyName = new Map(Object.entries(ecosystems).flatMap(([name, others]) => [name, ...others].map((each) => [each, name] as const)));

/** What is wrong with a name, worded to follow it; null when a package may have it. */
export function packageNameProblem(text: string): string | null {
  if (text.startsWith("pkg:")) return "is a package URL: write NAME or ECOSYSTEM:NAME, without the version";
  if (/^\^|\$$/.test(text)) return "is a regular expression: write a name, or a glob as in docs/globs.md";
  if (/.(?:@|[=<>~]|!=)[^/]*$/.test(text)) return "names a version: a package is forbidden whatever its version is";
  if (/:(?:amd64|arm64|armhf|i386|all|any)$/.test(text)) return "names an architecture: a package is forbidden for all of them";
  return globProblem(text);
}

export interface ForbiddenName {
  matches(ecosystem: string, name: string): boolean;
}

/**
 * NAME, ECOSYSTEM:NAME (as Ballast or others call it), or a glob of either. Case is ignored: `PyYAML` forbids `pyyaml`. Python names are
 * compared by PEP 503, for which dots, hyphens and underscores are the same.
 */
export function parseForbiddenName(text: string): ForbiddenName {
  const plain = text.toLowerCase();
  const colon = plain.indexOf(":");
  const ecosystem = colon < 0 ? undefined : byAnyName.get(plain.slice(0, colon));
  const glob = parseNameGlob(plain);
  const name = ecosystem === undefined ? plain : plain.slice(colon + 1);
  const [inside, python] = [parseNameGlob(name), parseNameGlob(pythonName(name))];
  return {
    matches(kind, found) {
      const lower = found.toLowerCase();
      if (glob.matches(lower) || glob.matches(`${kind}:${lower}`)) return true;
      if (ecosystem !== undefined && ecosystem !== kind) return false;
      return inside.matches(lower) || (kind === "python" && python.matches(pythonName(lower)));
    },
  };
}

function pythonName(name: string): string {
  return name.replace(/[-_.]+/g, "-");
}
