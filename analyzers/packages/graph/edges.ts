/** Who asks for whom: names of needs turned into the packages that answer to them. */
import type { Ecosystem, InstalledPackage, Need } from "../model.ts";

export interface Edges {
  readonly needs: readonly (readonly number[])[];
  readonly recommends: readonly (readonly number[])[];
  readonly suggests: readonly (readonly number[])[];
  readonly develops: readonly (readonly number[])[];
}

export interface FollowedEdges extends Edges {
  /** There are more than these. */
  readonly isCut: boolean;
}

/** More packages than this answer to one name in no real image; edges would grow with the square of them. */
const mostProviders = 8;
/** Of all kinds; real images have some ten for each package. What comes after is left out, so that no image takes all memory. */
const mostEdges = 1_000_000;

/** `ownerOfPath` tells who owns the file that a need names (rpm's `/bin/sh`); null for nobody. */
export function edgesOf(packages: readonly InstalledPackage[], ownerOfPath: (path: string) => number | null): FollowedEdges {
  const providers = providersOf(packages);
  let edges = 0;
  let isCut = false;
  const ofSameArchitecture = architectureRule(packages);
  const answering = (asking: InstalledPackage, from: number, needs: readonly Need[]): number[] => {
    const { ecosystem } = asking;
    const found = new Set<number>();
    if (edges > mostEdges) {
      isCut ||= needs.length > 0;
      return [];
    }
    for (const name of needs.flat()) {
      const named = providers.get(ecosystem)?.get(name);
      if (named !== undefined) {
        // Providers beyond the bound are counted, not followed.
        isCut ||= named.length > mostProviders;
        for (const index of ofSameArchitecture(asking, named.slice(0, mostProviders))) found.add(index);
      } else if (ecosystem === "rpm" && name.startsWith("/")) {
        const owner = ownerOfPath(name);
        if (owner !== null) found.add(owner);
      }
    }
    found.delete(from);
    edges += found.size;
    return [...found];
  };
  const all = (pick: (found: InstalledPackage) => readonly Need[]): number[][] =>
    packages.map((found, index) => answering(found, index, pick(found)));
  const followed = {
    needs: all(({ needs }) => needs),
    recommends: all(({ recommends }) => recommends),
    suggests: all(({ suggests }) => suggests),
    develops: all(({ develops }) => develops),
  };
  return { ...followed, isCut };
}

/**
 * Debian installs packages of several architectures side by side, and one asks for its own kind: another answers only where there is none
 * of it (deb-control(5), Multi-Arch: foreign). Packages for all architectures count as the machine's own, which is that of dpkg itself.
 */
function architectureRule(
  packages: readonly InstalledPackage[],
): (asking: InstalledPackage, named: readonly number[]) => readonly number[] {
  const native = packages.find(({ ecosystem, name }) => ecosystem === "dpkg" && name === "dpkg")?.architecture ?? null;
  return ({ ecosystem, architecture }, named) => {
    const wanted = architecture === "all" ? native : architecture;
    if (ecosystem !== "dpkg" || wanted === null || named.length < 2) return named;
    const same = named.filter((index) => [wanted, "all"].includes(packages[index]!.architecture ?? wanted));
    return same.length === 0 ? named : same;
  };
}

/** By ecosystem and name; where a package's place decides (`provides` then names it), its name alone answers to nothing. */
function providersOf(packages: readonly InstalledPackage[]): Map<Ecosystem, Map<string, number[]>> {
  const placed = new Set<Ecosystem>(["npm", "python", "conda", "gem", "composer", "dotnet"]);
  const providers = new Map<Ecosystem, Map<string, number[]>>();
  for (const [index, { ecosystem, name, provides }] of packages.entries()) {
    let names = providers.get(ecosystem);
    if (names === undefined) providers.set(ecosystem, (names = new Map()));
    for (const provided of new Set(placed.has(ecosystem) ? provides : [name, ...provides])) {
      const known = names.get(provided);
      if (known === undefined) names.set(provided, [index]);
      // One more tells that there are more.
      else if (known.length <= mostProviders) known.push(index);
    }
  }
  return providers;
}
