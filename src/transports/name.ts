/** Parses names of images, in the form of containers-transports(5). */
import { BallastError } from "../base/errors.ts";
import { foreignHint, misspelledTransport, transportHint } from "./name-hint.ts";
import { isDigest } from "../image/digest.ts";
import type { Digest } from "../image/digest.ts";

export type LocalTransport = "docker-archive" | "oci-archive" | "oci" | "dir";

/** A file or directory, and which of its images is meant. */
export interface LocalName {
  readonly kind: "local";
  /** Null for a bare word, whose kind is detected. */
  readonly transport: LocalTransport | null;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** `:@2`, the third image of the archive. */
  readonly position: number | null;
}

export type ImageName =
  | LocalName
  | { readonly kind: "stdin" }
  | { readonly kind: EngineTransport | "registry"; readonly name: string }
  /** A bare word that is not a path: the daemon is asked, then the registry. */
  | { readonly kind: "anywhere"; readonly name: string };

/** What the names refer to on disk; tests pass their own. */
export interface PathProbe {
  /** `null` when there is nothing. @throws {BallastError} read-failed, image-not-found (a link that leads nowhere) */
  kind(path: string): "file" | "directory" | null;
  /** For a path that does not exist, an archive next to it with a similar name. */
  near(path: string): string | null;
}

/** `docker-tar` is dive's other word for an archive. */
const localTransport = /^(docker-archive|docker-tar|oci-archive|oci|dir):(.*)$/s;
const engineTransport = /^(docker-daemon|podman|containerd|containers-storage):(?:\/\/)?(.*)$/s;
type EngineTransport = "docker-daemon" | "podman" | "containerd" | "containers-storage";

/**
 * Parses a name. A word without transport is a path if it exists; file names may hold colons.
 * @throws {BallastError} bad-argument, image-not-found (a path that does not exist)
 */
export function parseImageName(text: string, probe: PathProbe): ImageName {
  if (text === "") throw new BallastError("bad-argument", "the image name is empty");
  if (text === "-") return { kind: "stdin" };
  if (text.startsWith("docker://")) return { kind: "registry", name: registryName(required(text.slice("docker://".length), text)) };
  const engine = engineTransport.exec(text);
  if (engine !== null) return { kind: engine[1] as EngineTransport, name: required(engine[2]!, text) };
  const local = localTransport.exec(text);
  if (local !== null) {
    // dive writes docker-archive://FILE.
    const rest = required(local[2]!.replace(/^\/\//, ""), text);
    return withTransport(local[1] === "docker-tar" ? "docker-archive" : (local[1] as LocalTransport), rest, probe);
  }
  return bareWord(text, probe);
}

function required(rest: string, text: string): string {
  if (rest !== "") return rest;
  throw new BallastError("bad-argument", `"${text}" names no image after the transport`);
}

function registryName(name: string): string {
  if (!/^https?:\/\//i.test(name)) return name;
  throw new BallastError("bad-argument", `docker:// stands before the name of an image, not before an address`, {
    hint: foreignHint(name) ?? undefined,
  });
}

function withTransport(transport: LocalTransport, rest: string, probe: PathProbe): LocalName {
  const split = splits(rest).find(({ path }) => probe.kind(path) !== null);
  if (split !== undefined) return { kind: "local", transport, ...split };
  const { path } = splits(rest).at(-1)!;
  const near = probe.near(path);
  // `oci://` is a registry to helm, flux and others.
  const isRegistry = transport === "oci" && /^[a-z0-9-]+(?:\.[a-z0-9-]+|:\d+)[^/]*\//i.test(rest);
  throw new BallastError("image-not-found", `there is no file or directory ${path}`, {
    hint: isRegistry
      ? `oci: opens a directory; what lies in a registry is docker://${rest}`
      : path === "-"
        ? "- is standard input where it stands alone, without a transport"
        : `${transport}: opens a path; ${near === null ? "check its spelling" : `did you mean ${near}?`}`,
  });
}

function bareWord(text: string, probe: PathProbe): ImageName {
  const [whole, ...shorter] = splits(text);
  if (lies(text, probe)) return { kind: "local", transport: null, ...whole! };
  // `app.tar:v1` names a tag in a file; `nginx:latest` stays a name even if a file or directory `nginx` exists here.
  const inFile = shorter.find(({ path }) => looksLikePath(path) && probe.kind(path) !== null);
  if (inFile !== undefined) return { kind: "local", transport: null, ...inFile };
  if (!looksLikePath(text) && !shorter.some(({ path }) => looksLikePath(path))) return { kind: "anywhere", name: text };
  const path = looksLikePath(text) ? text : shorter.find((split) => looksLikePath(split.path))!.path;
  const near = probe.near(path);
  throw new BallastError("image-not-found", `there is no file or directory ${path}`, {
    hint: foreignHint(text) ?? misspelledTransport(text) ?? (near === null ? undefined : `did you mean ${near}?`),
  });
}

/** Whether a path exists. One that cannot be accessed may be a name all the same, unless it can only be a path. */
function lies(text: string, probe: PathProbe): boolean {
  try {
    return probe.kind(text) !== null;
  } catch (error) {
    if (looksLikePath(text)) throw error;
    return false;
  }
}

/** How to write a name that engines and registries do not know, if it was meant for a file or directory here. */
export function pathMeant(text: string, probe: PathProbe): string | null {
  const foreign = /^write (.+)$/s.exec(transportHint(text) ?? "")?.[1];
  if (foreign !== undefined && lies(foreign.replace(/^(?:oci|docker-archive):/, ""), probe)) return foreign;
  return splits(text).some(({ path }) => lies(path, probe)) ? `./${text}` : probe.near(text);
}

/** Whether a word can hardly be the name of an image. */
export function looksLikePath(text: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|~[/\\]|[A-Za-z]:[/\\])/.test(text) || /\.(?:tar(?:\.(?:gz|zst|bz2|xz))?|tgz|tzst)$/i.test(text);
}

interface Split {
  readonly path: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
  readonly position: number | null;
}

/** Every way to read `PATH[:TAG][@DIGEST]`, the longest path first: tags and paths may both hold colons. */
function splits(text: string): Split[] {
  const found: Split[] = [{ path: text, tag: null, digest: null, position: null }];
  const at = text.lastIndexOf("@");
  const suffix = text.slice(at + 1);
  const digest = at > 0 && isDigest(suffix) ? suffix : null;
  const named = digest === null ? text : text.slice(0, at);
  if (digest !== null) found.push({ path: named, tag: null, digest, position: null });
  for (let colon = named.lastIndexOf(":"); colon > 0; colon = named.lastIndexOf(":", colon - 1)) {
    const isDrive = colon === 1 && /^[A-Za-z]:[/\\]/.test(named);
    if (isDrive) break;
    const tag = named.slice(colon + 1);
    if (tag === "") continue;
    const position = /^@(\d{1,6})$/.exec(tag);
    found.push({
      path: named.slice(0, colon),
      tag: position === null ? tag : null,
      digest,
      position: position === null ? null : Number(position[1]),
    });
  }
  return found;
}
