/** Ruby's gems, from their specifications, which lie next to the directory of all gems. */
import type { InstalledPackage } from "../../model.ts";
import type { SourceFiles } from "../../evidence/source-files.ts";
import { installed } from "../installed.ts";

export function gemPackages(sources: SourceFiles): InstalledPackage[] {
  const known = new Map<string, string[]>();
  const extensionsOf = (home: string): string[] => {
    let found = known.get(home);
    if (found === undefined) known.set(home, (found = extensionDirectories(sources, home)));
    return found;
  };
  return sources.texts("gem-specification").flatMap(({ path, text }) => {
    const name = stringAfter(text, "s.name");
    const version = stringAfter(text, "s.version");
    if (name === null || version === null) return [];
    const full = path.slice(path.lastIndexOf("/") + 1, -".gemspec".length);
    const home = path.slice(0, path.indexOf("specifications/"));
    return [
      installed({
        ecosystem: "gem",
        name,
        version,
        evidence: path,
        files: [path, `${home}cache/${full}.gem`],
        directories: [
          `${home}gems/${full}`,
          `${home}doc/${full}`,
          `${home}build_info/${full}.info`,
          ...extensionsOf(home).map((place) => `${place}/${full}`),
        ],
        needs: [...text.matchAll(/add_(?:runtime_)?dependency\(%q<([^>]+)>/g)].map((match) => [`${home} ${match[1]!}`]),
        provides: [`${home} ${name}`],
      }),
    ];
  });
}

/** RubyGems writes `s.name = "rake".freeze`, and versions also as `Gem::Version.new("1.0")`. */
function stringAfter(text: string, field: string): string | null {
  const start = text.indexOf(`${field} = `);
  if (start < 0) return null;
  const line = text.slice(start, text.indexOf("\n", start) < 0 ? undefined : text.indexOf("\n", start));
  return /["']([^"']+)["']/.exec(line)?.[1] ?? null;
}

/** Compiled parts lie in directories by platform and Ruby version. One Ruby has one of each. */
const mostExtensionDirectories = 8;

function extensionDirectories(sources: SourceFiles, home: string): string[] {
  const platforms = [...(sources.live(`${home}extensions`)?.children?.values() ?? [])].slice(0, mostExtensionDirectories);
  return platforms.flatMap((platform) =>
    [...(platform.children?.keys() ?? [])].slice(0, mostExtensionDirectories).map((ruby) => `${home}extensions/${platform.name}/${ruby}`),
  );
}
