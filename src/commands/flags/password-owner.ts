/** Whose password `--password-stdin` is: one registry's, and no other gets it. */
import { existsSync } from "node:fs";

import { BallastError } from "../../base/errors.ts";
import { parseReferenceOrNull } from "../../image/reference.ts";

/** The names on a command line. A base or a baseline is not among them: a `.ballast.yaml` may name those. */
export interface NamedPlaces {
  readonly image?: string | null;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly output?: string | null;
}

/**
 * The registry of the image; that of the destination where the image is not in one. Null when nothing that was named is in a registry.
 * @throws {BallastError} bad-argument when the names stand for two registries
 */
export function passwordOwner({ image, before, after, output }: NamedPlaces): string | null {
  const sources = [image, before, after].map((name) => registryOf(name ?? ""));
  const destination = registryOf(output ?? "");
  const explicit = [...new Set([...sources, destination].flatMap((found) => (found?.isExplicit === true ? [found.registry] : [])))];
  if (explicit.length > 1) {
    throw new BallastError(
      "bad-argument",
      `--password-stdin is one password, and the names stand for two registries: ${explicit.join(" and ")}`,
      {
        hint: `log in to one of them with \`docker login ${explicit.at(-1)}\`, or give an auth file with --authfile`,
      },
    );
  }
  return explicit[0] ?? sources.find((found) => found !== null)?.registry ?? null;
}

/** Whether a name that no command line holds is in a registry that one names: what is allowed of that one holds for it too. */
export function isInNamedRegistry(name: string, { image, before, after, output }: NamedPlaces): boolean {
  const registry = registryOf(name)?.registry;
  return [image, before, after, output].some((named) => registryOf(named ?? "")?.registry === registry);
}

/** `app:1` may come from an engine as well as from Docker Hub: it is a registry's only where nothing else is. */
function registryOf(name: string): { readonly registry: string; readonly isExplicit: boolean } | null {
  const [, transport = "bare", rest = name] = /^(docker|docker-daemon|podman):(?:\/\/)?(.*)$/s.exec(name) ?? [];
  if (transport === "bare" && (otherTransport.test(name) || splits(name).some((path) => existsSync(path)))) return null;
  const reference = parseReferenceOrNull(rest);
  if (reference === null) return null;
  const { registry } = reference;
  return { registry, isExplicit: transport === "docker" || (transport === "bare" && registry !== "docker.io") };
}

const otherTransport = /^(?:oci|oci-archive|docker-archive|containerd|dir|containers-storage):/;

/** `app.tar:1` may be a tag in a file. */
function splits(name: string): readonly string[] {
  return name === "" || name.includes("\0") ? [] : [name, name.replace(/:[^:/]*$/, "")];
}
