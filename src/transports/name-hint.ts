/** Suggests what to write instead of a name that other tools accept, or that was copied from a browser or a table. */
import { nearest } from "../base/text/nearest.ts";
import { imageOfPage } from "./web-page.ts";

/** Transports of other tools: buildx, regclient, syft, nerdctl. */
const transports: Readonly<Record<string, string>> = {
  "docker-image": "docker://",
  registry: "docker://",
  docker: "docker-daemon:",
  nerdctl: "containerd:",
  ctr: "containerd:",
  "oci-layout": "oci:",
  "oci-dir": "oci:",
  ocidir: "oci:",
  tarball: "docker-archive:",
  file: "",
};

/** Null when there is nothing better to suggest than checking the spelling. */
export function nameHint(text: string): string | null {
  const foreign = foreignHint(text);
  if (foreign !== null) return foreign;
  // A tag may have capitals.
  const spelled = text.trim().replace(/^[^:@]*(?::\d+\/[^:@]*)?/, (name) => name.toLowerCase());
  return spelled === text || spelled === "" || /\s/.test(spelled)
    ? null
    : `names of images are in small letters, without blanks: ${spelled}`;
}

/** Those of the hints that also apply to what looks like a path, where capitals and blanks matter. */
export function foreignHint(text: string): string | null {
  const page = imageOfPage(text);
  if (page !== null) return `an image has a name, not an address: ${page}`;
  const address = /^https?:\/\/([^?#]+?)\/*(?:[?#].*)?$/is.exec(text);
  if (address !== null) return `an image has a name, not an address: docker://${ofRequest(address[1]!)}`;
  if (text.startsWith("<none>")) return "an image without a name is named by its ID: `docker images` shows it";
  return transportHint(text);
}

/** The image of a URL at which a registry serves its manifest. */
function ofRequest(address: string): string {
  const [, host, repository, reference = ""] = /^([^/]+)\/v2\/(.+)\/manifests\/([^/]+)$/s.exec(address) ?? [];
  return host === undefined ? address : `${host}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}

/** Long enough that no other word resembles them. */
const longTransports = ["docker-archive", "oci-archive", "docker-daemon", "containers-storage"];

/** What to write instead of a misspelled transport. */
export function misspelledTransport(text: string): string | null {
  const [, scheme = "", rest = ""] = /^([A-Za-z]+[-_][A-Za-z_-]+):(.+)$/s.exec(text) ?? [];
  const meant = scheme === "" ? null : nearest(scheme, longTransports);
  return meant === null || meant === scheme ? null : `did you mean ${meant}:${rest}?`;
}

/** The same image by one of our transports, when the name begins with another tool's. */
export function transportHint(text: string): string | null {
  const [, word = "", slashes = "", rest = ""] = /^([a-z-]+):(\/\/)?(.+)$/is.exec(text) ?? [];
  const scheme = word.toLowerCase();
  if (scheme === "docker" && slashes !== "") return `write docker://${rest}`;
  const known = Object.hasOwn(transports, scheme) ? transports[scheme] : undefined;
  return known === undefined ? null : `write ${known}${rest}`;
}

/** What a well-formed name that nobody knows may have been meant to be. */
export function unknownNameHint(text: string): string | null {
  const page = imageOfPage(text);
  if (page !== null) return `that is the address of a page; the image is ${page}`;
  if (/^(?:sha256:)?[0-9a-f]{6,64}$/.test(text)) return "an ID is known to the engine alone that has the image: `docker images` lists them";
  if (/^(?:localhost|[^/]+\.[^/]+):\d+$/.test(text))
    return `that is a registry without an image: ballast survey docker://${text} goes through it`;
  const transport = /^(?:registry|docker):[^:]*[a-z]{3}/.test(text) ? transportHint(text) : null;
  return transport === null ? misspelledTransport(text) : `where ${text.split(":", 1)[0]}: is meant as in other tools, ${transport}`;
}
