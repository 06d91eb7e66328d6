/** The graph of needs: names turned into the packages that provide them. */
import type { Ecosystem, InstalledPackage, Need } from "../model.ts";

export interface Edges {
  readonly needs: readonly (readonly number[])[];
  readonly recommends: readonly (readonly number[])[];
  readonly suggests: readonly (readonly number[])[];
  readonly develops: readonly (readonly number[])[];
}

export interface FollowedEdges extends Edges {
  /** Some edges were left out. */
  readonly isCut: boolean;
}

/** No real image has more packages that provide one name; edges would grow with their square. */
const mostProviders = 8;
/** Of all kinds; real images have about ten for each package. The rest is left out, so that no image exhausts memory. */
const mostEdges = 1_000_000;

/** @param ownerOfPath the package that owns the file which a need names (rpm's `/bin/sh`); null if there is none */
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

/** Finds the packages that answer a need, and counts them to stop at the bound. */
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

  /** Some edges were left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** @param from the index of the asking package, which does not count as an answer to itself */
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
      // Providers beyond the bound are noticed but not followed.
      this.#isCut ||= named.length > mostProviders;
      return this.#ofSameArchitecture(asking, named.slice(0, mostProviders));
    }
    const owner = asking.ecosystem === "rpm" && name.startsWith("/") ? this.#ownerOfPath(name) : null;
    return owner === null ? [] : [owner];
  }
}

/**
 * Debian installs packages of several architectures side by side, and a need means the package's own architecture: another answers only if
 * there is none of that (deb-control(5), Multi-Arch: foreign). Packages for all architectures count as native, which is dpkg's own.
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

/** By ecosystem and name. In ecosystems where the place decides, only the names in `provides` count, not the package's own. */
function providersOf(packages: readonly InstalledPackage[]): Map<Ecosystem, Map<string, number[]>> {
  const placed = new Set<Ecosystem>(["npm", "python", "conda", "gem", "composer", "dotnet"]);
  const providers = new Map<Ecosystem, Map<string, number[]>>();
  for (const [index, { ecosystem, name, provides }] of packages.entries()) {
    let names = providers.get(ecosystem);
    if (names === undefined) providers.set(ecosystem, (names = new Map()));
    for (const provided of new Set(placed.has(ecosystem) ? provides : [name, ...provides])) {
      const known = names.get(provided);
      if (known === undefined) names.set(provided, [index]);
      // One beyond the bound shows that there are more.
      else if (known.length <= mostProviders) known.push(index);
    }
  }
  return providers;
}
