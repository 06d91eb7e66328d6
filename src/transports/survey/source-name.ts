/** Parses the names of a survey's sources. */
import { BallastError } from "../../base/errors.ts";
import { parseNameGlob } from "../../base/text/glob.ts";
import type { Glob } from "../../base/text/glob.ts";
import { parseReference, parseReferenceOrNull } from "../../image/reference.ts";
import type { Reference } from "../../image/reference.ts";
import type { Engine } from "./engine-places.ts";

export type SourceName =
  /** `docker://HOST`, `docker://HOST/team/*`. */
  | { readonly kind: "catalog"; readonly registry: string; readonly glob: Glob | null }
  /** `docker://HOST/team/app`. */
  | { readonly kind: "repository"; readonly registry: string; readonly repository: string }
  /** `docker://HOST/team/app:1`. */
  | { readonly kind: "tag"; readonly reference: Reference }
  | { readonly kind: "engine"; readonly engine: Engine | "containerd" }
  /** A file or directory. */
  | { readonly kind: "path"; readonly path: string }
  /** One image, by a name that `openImage` accepts. */
  | { readonly kind: "image"; readonly name: string };

/** @throws {BallastError} bad-argument; image-not-found for a path that does not exist */
export function parseSourceName(text: string, exists: (path: string) => boolean): SourceName {
  if (text === "") throw new BallastError("bad-argument", "the name of a source is empty");
  if (text === "-") {
    throw new BallastError("bad-argument", "a survey reads its sources more than once: standard input can be read only once", {
      hint: "name the file, or its directory",
    });
  }
  if (text.startsWith("docker://")) return registrySource(text.slice("docker://".length), text);
  const engine = /^(docker-daemon|podman|containerd):(?:\/\/)?$/.exec(text);
  if (engine !== null) return { kind: "engine", engine: engine[1] as Engine | "containerd" };
  if (exists(text)) return { kind: "path", path: text };
  refuseNearlySources(text);
  if (/^\.{0,2}\//.test(text)) throw new BallastError("image-not-found", `there is no file or directory ${text}`);
  const reference = parseReferenceOrNull(text);
  // A bare name with a host in it can only be a registry's.
  if (reference !== null && reference.registry !== "docker.io") return { kind: "tag", reference };
  return { kind: "image", name: text };
}

/** Refuses engines without their colon and registries without `docker://`, which as names of images would be looked up on Docker Hub. */
function refuseNearlySources(text: string): void {
  const [engine] = /^(?:docker-daemon|podman|containerd)$/.exec(text) ?? [];
  if (engine !== undefined)
    throw new BallastError("bad-argument", `"${text}" names no source`, { hint: `write ${engine}: for all of its images` });
  const [, registry] =
    /^(?:https?:\/\/(.+?)\/*|((?:localhost|[\w-]+(?:\.[\w-]+)+):\d+)\/?)$/i.exec(text)?.filter((part) => part !== undefined) ?? [];
  if (registry !== undefined) throw new BallastError("bad-argument", `"${text}" names no source`, { hint: `write docker://${registry}` });
}

function registrySource(rest: string, text: string): SourceName {
  const slash = rest.indexOf("/");
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? "" : rest.slice(slash + 1);
  if (host === "")
    throw new BallastError("bad-argument", `"${text}" names no registry`, { hint: "write docker://HOST or docker://HOST/NAME" });
  if (path === "" && (slash >= 0 || isHost(host))) return { kind: "catalog", registry: host, glob: null };
  if (/[*?[\]{}]/.test(path)) {
    if (!isHost(host))
      throw new BallastError("bad-argument", `"${text}" names no registry before its glob`, { hint: "write docker://HOST/team/*" });
    return { kind: "catalog", registry: host, glob: parseNameGlob(path) };
  }
  const reference = parseReference(rest);
  const isTagged = reference.digest !== null || rest.lastIndexOf(":") > rest.lastIndexOf("/");
  if (isTagged) return { kind: "tag", reference };
  return { kind: "repository", registry: reference.registry, repository: reference.repository };
}

/** `localhost`, `registry.example`, `registry:5000`; not `debian` and not `debian:12`, which are names on Docker Hub. */
function isHost(text: string): boolean {
  const [name = ""] = text.split(":");
  return name === "localhost" || name.includes(".") || text.startsWith("[") || /^[^:]+:\d{4,5}$/.test(text);
}
