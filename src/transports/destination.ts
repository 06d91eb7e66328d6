/** Names of places an image can be written to, in the form of containers-transports(5). */
import { BallastError } from "../base/errors.ts";
import { familiarReference, parseReference, parseReferenceOrNull } from "../image/reference.ts";
import { archiveDestination } from "./archive/write-file.ts";
import { stdoutDestination } from "./archive/write-stdout.ts";
import { layoutDestination } from "./layout/write-layout.ts";
import type { Destination } from "./transport.ts";

const forms =
  "docker-archive:FILE[:TAG], oci-archive:FILE[:TAG], oci:DIR[:TAG], docker-daemon:NAME, podman:NAME, docker://REGISTRY/NAME:TAG or -";

/**
 * Only parses; nothing is touched yet. A bare `FILE.tar` is a `docker-archive`.
 * @throws {BallastError} bad-argument
 */
export async function parseDestination(name: string): Promise<Destination> {
  if (name === "-") return stdoutDestination();
  if (name.startsWith("docker://")) {
    const { registryDestination } = await import("./registry/push/push.ts");
    return registryDestination(name.slice("docker://".length));
  }
  const [, transport, rest] = /^(docker-archive|oci-archive|oci|docker-daemon|podman):(.*)$/s.exec(name) ?? [];
  if (transport === "docker-daemon" || transport === "podman") {
    if (rest === "") throw incomplete(name);
    const { daemonDestination } = await import("./daemon/load.ts");
    return daemonDestination(transport, rest!);
  }
  if (transport !== undefined) {
    const { path, tag } = splitTag(rest!);
    if (path === "") throw incomplete(name);
    if (transport === "oci") return layoutDestination(path, tag);
    return transport === "docker-archive"
      ? archiveDestination("docker-archive", path, tag === null ? null : repoTag(tag))
      : archiveDestination("oci-archive", path, tag);
  }
  if (name.endsWith(".tar") && !name.includes(":")) return archiveDestination("docker-archive", name, null);
  throw new BallastError("bad-argument", `"${name}" is not a place an image can be written to`, { hint: meantPlace(name) });
}

/** What a name without a transport was meant to be: a path if it looks like one, else an image. */
function meantPlace(name: string): string {
  if (/\.(?:tar\.\w+|tgz|tzst)$/i.test(name))
    return `write docker-archive:${name.replace(/\.(?:tar\.\w+|tgz|tzst)$/i, ".tar")}: what is compressed are the layers inside`;
  if (/^(?:\.{0,2}|~)\/|\/$/.test(name)) return `write oci:${name} for a directory, docker-archive:${name} for a file`;
  const image = name.replace(/^docker:/, "");
  if (parseReferenceOrNull(image) === null) return `write it as ${forms}`;
  return `write docker-daemon:${image} to load it into Docker, docker://${image} to push it to its registry, docker-archive:FILE:${image} for a file`;
}

/** The path ends at the first colon, as in skopeo: a path with a colon cannot be named. */
function splitTag(text: string): { path: string; tag: string | null } {
  const colon = text.indexOf(":");
  if (colon < 0) return { path: text, tag: null };
  const tag = text.slice(colon + 1);
  if (tag === "") throw new BallastError("bad-argument", `the tag after "${text}" is empty`);
  return { path: text.slice(0, colon), tag };
}

/** What `docker load` and `podman load` call the image: `NAME` is `NAME:latest`. @throws {BallastError} bad-argument */
function repoTag(name: string): string {
  const reference = parseReference(name);
  if (reference.digest === null) return familiarReference(reference);
  throw new BallastError("bad-argument", `"${name}" cannot be written to: a digest is known only afterwards`, { hint: "name a tag" });
}

function incomplete(name: string): BallastError {
  return new BallastError("bad-argument", `"${name}" names a kind of place but no place`, { hint: `write it as ${forms}` });
}
