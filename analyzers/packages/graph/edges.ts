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

/** @param ownerOfPath the package that owns the file which a need names (rpm's `/bin/sh`); null for none */
export function edgesOf(packages: readonly InstalledPackage[], ownerOfPath: (path: string) => number | null): FollowedEdges {
  const finder = new EdgeFinder(packages, ownerOfPath);
  const all = (pick: (found: InstalledPackage) => readonly Need[]): number[][] =>
    packages.map((found, index) => finder.answering(found, index, pick(found)));
  const edges: Edges = {
    needs: all(({ needs }) => needs),
    recommends: all(({ recommends }) => recommends),
    suggests: all(({ suggests }) => suggests),
    develops: all(({ develops }) => develops),
  };
  return { ...edges, isCut: finder.isCut };
}

/** Finds who answers to a need, and counts what it found, so that it can stop. */
class EdgeFinder {
  readonly #providers: ReadonlyMap<Ecosystem, ReadonlyMap<string, readonly number[]>>;
  readonly #ofSameArchitecture: ReturnType<typeof architectureRule>;
  readonly #ownerOfPath: (path: string) => number | null;
  #edges = 0;
  #isCut = false;

  constructor(packages: readonly InstalledPackage[], ownerOfPath: (path: string) => number | null) {
    this.#providers = providersOf(packages);
    this.#ofSameArchitecture = architectureRule(packages);
    this.#ownerOfPath = ownerOfPath;
  }

  /** Something was left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** @param from the index of the package that asks: it does not count as an answer to itself */
  answering(asking: InstalledPackage, from: number, needs: readonly Need[]): number[] {
    if (this.#edges > mostEdges) {
      this.#isCut ||= needs.length > 0;
      return [];
    }
    const found = new Set<number>();
    for (const name of needs.flat()) for (const index of this.#providersOf(asking, name)) found.add(index);
    found.delete(from);
    this.#edges += found.size;
    return [...found];
  }

  #providersOf(asking: InstalledPackage, name: string): readonly number[] {
    const named = this.#providers.get(asking.ecosystem)?.get(name);
    if (named !== undefined) {
      // Providers beyond the bound are counted, not followed.
      this.#isCut ||= named.length > mostProviders;
      return this.#ofSameArchitecture(asking, named.slice(0, mostProviders));
    }
    const owner = asking.ecosystem === "rpm" && name.startsWith("/") ? this.#ownerOfPath(name) : null;
    return owner === null ? [] : [owner];
  }
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
