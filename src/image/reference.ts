/** Names of images in registries, as Docker reads them (distribution/reference): bare names mean Docker Hub, no tag means `latest`. */
import { BallastError } from "../base/errors.ts";
import type { Digest } from "./digest.ts";
import { isDigest } from "./digest.ts";

export interface Reference {
  /** `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** `library/debian`. */
  readonly repository: string;
  /** Null only when a digest is given alone. */
  readonly tag: string | null;
  readonly digest: Digest | null;
}

const hub = "docker.io";

const domain =
  /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]+)?$/;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** A registry with a user before it. What follows the @ of a digest has no slash. */
const withUser = /^[^/@]+@[^/]+\//;
/** Characters of `registry/repository`. */
const maxNameLength = 255;

/**
 * Parses `[registry/]repository[:tag][@digest]`.
 * @throws {BallastError} bad-argument, saying which part is wrong.
 */
export function parseReference(text: string): Reference {
  const result = tryParse(text);
  if (typeof result === "string") {
    throw new BallastError("bad-argument", `"${withoutPassword(text)}" is not an image name: ${result}`, {
      hint: withUser.test(text)
        ? "log in with `docker login` or `podman login`, or pass --username and --password-stdin"
        : "an image name is [registry/]repository[:tag][@digest], the repository in lower case",
    });
  }
  return result;
}

/** A name without the credentials that a URL may begin with (`user:password@registry/…`), fit to be printed. */
export function withoutPassword(text: string): string {
  return withUser.test(text) ? text.replace(/^[^/@]*@/, "…@") : text;
}

/** As `parseReference`, null for what is not a reference. */
export function parseReferenceOrNull(text: string): Reference | null {
  const result = tryParse(text);
  return typeof result === "string" ? null : result;
}

/** What keeps a text from being a reference; null when it is one. */
export function referenceProblem(text: string): string | null {
  const result = tryParse(text);
  return typeof result === "string" ? result : null;
}

/** The complete name: `docker.io/library/debian:bookworm`. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** As people write it: `debian:bookworm`; Docker Hub and `library/` are understood. */
export function familiarReference(reference: Reference): string {
  const { registry, repository } = reference;
  const name = registry !== hub ? `${registry}/${repository}` : repository.replace(/^library\/(?=[^/]+$)/, "");
  return `${name}${suffix(reference)}`;
}

/** True when both texts name the same tag, however short they are written; also for tags that are not references, letter by letter. */
export function sameReference(a: string, b: string): boolean {
  if (a === b) return true;
  const first = parseReferenceOrNull(a);
  const second = parseReferenceOrNull(b);
  return first !== null && second !== null && formatReference(first) === formatReference(second);
}

function suffix(reference: Reference): string {
  return `${reference.tag === null ? "" : `:${reference.tag}`}${reference.digest === null ? "" : `@${reference.digest}`}`;
}

/** The reference, or what is wrong with the text. */
function tryParse(text: string): Reference | string {
  if (withUser.test(text)) return "it begins with a user or password, which no name takes";
  const at = text.indexOf("@");
  const digest = at < 0 ? null : text.slice(at + 1);
  if (digest !== null && !isDigest(digest)) return "what follows the @ is not a sha256 or sha512 digest";
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : null;
  if (tag !== null && !tagPattern.test(tag)) return `"${tag}" is not a tag`;
  const name = hasTag ? named.slice(0, colon) : named;
  const { registry, repository } = splitName(name);
  // Ports beyond 65535 and invalid numeric addresses look like hosts but cannot be one.
  if (!domain.test(registry) || !URL.canParse(`https://${registry}/`)) return `"${registry}" is not a registry host`;
  const wrong = repository.split("/").find((part) => !pathComponent.test(part));
  if (wrong !== undefined) return wrong === "" ? "a part of its path is empty" : `"${wrong}" may not stand in its path`;
  if (registry.length + 1 + repository.length > maxNameLength) return `it is longer than ${maxNameLength} characters`;
  return { registry, repository, tag: tag ?? (digest === null ? "latest" : null), digest };
}

/** The first part is a registry when it looks like a host: a dot, a port, `localhost`, or a letter no repository may have. */
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = isHost ? first : hub;
  const repository = isHost ? name.slice(slash + 1) : name;
  if (registry !== hub && registry !== "index.docker.io") return { registry, repository };
  return { registry: hub, repository: repository.includes("/") ? repository : `library/${repository}` };
}
