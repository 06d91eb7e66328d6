/** Which real components this machine has. A test that needs another one is skipped by name, or fails where all are required. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { describe, it } from "vitest";

/** Programs, by the name they are started under. Daemons need root as well. */
export type Component =
  | "dockerd"
  | "podman"
  | "containerd"
  | "docker-registry"
  | "redis-server"
  | "skopeo"
  | "umoci"
  | "buildah"
  | "mmdebstrap"
  | "pigz"
  | "zstd"
  | "tmux"
  | "openssl"
  | "tar"
  | "xz"
  | "bzip2"
  | "bash"
  | "rpm"
  | "go"
  | "python3"
  | "gem"
  | "chromium";

const needRoot: ReadonlySet<Component> = new Set(["dockerd", "podman", "containerd", "buildah", "umoci", "mmdebstrap"]);

/** The program's path, null when it is not installed. */
export function programPath(name: string): string | null {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // look on
    }
  }
  return null;
}

function reasonAgainst(component: Component): string | null {
  if (programPath(component) === null) return `${component} is not installed`;
  return needRoot.has(component) && process.getuid?.() !== 0 ? `${component} needs root` : null;
}

/**
 * `describe` for tests against real components. Where one is missing, the tests are skipped and the title says why; with
 * BALLAST_REQUIRE_COMPONENTS=1, as in CI, they fail instead.
 */
export function describeComponents(components: readonly Component[], title: string, tests: () => void): void {
  const reasons = components.map(reasonAgainst).filter((reason) => reason !== null);
  if (reasons.length === 0) {
    describe(title, tests);
  } else if (process.env["BALLAST_REQUIRE_COMPONENTS"] === "1") {
    describe(title, () => {
      it("has the components it needs", () => {
        throw new Error(reasons.join(", "));
      });
    });
  } else {
    describe.skip(`${title} [skipped: ${reasons.join(", ")}]`, tests);
  }
}

/** The same for a single test. */
export function itComponents(components: readonly Component[], title: string, test: () => Promise<void> | void): void {
  const reasons = components.map(reasonAgainst).filter((reason) => reason !== null);
  if (reasons.length === 0 || process.env["BALLAST_REQUIRE_COMPONENTS"] === "1") it(title, test);
  else it.skip(`${title} [skipped: ${reasons.join(", ")}]`, test);
}
