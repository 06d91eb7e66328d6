/** What to write instead of a name that other tools take, or that was copied from a browser. */

/** Transports of other tools: buildx, regclient, syft, nerdctl. */
const transports: Readonly<Record<string, string>> = {
  "docker-image": "docker://",
  registry: "docker://",
  nerdctl: "containerd:",
  ctr: "containerd:",
  "oci-layout": "oci:",
  "oci-dir": "oci:",
  ocidir: "oci:",
  tarball: "docker-archive:",
  file: "",
};

/** Null where nothing better comes to mind than to check the spelling. */
export function nameHint(text: string): string | null {
  const page = /^https?:\/\/hub\.docker\.com\/(?:r|_|layers)\/([^?#]+?)\/?$/i.exec(text);
  if (page !== null) return `an image has a name, not an address: ${page[1]!}`;
  const address = /^https?:\/\/(.+?)\/?$/i.exec(text);
  if (address !== null) return `an image has a name, not an address: docker://${address[1]!}`;
  const [, scheme = "", rest = ""] = /^([a-z-]+):(?:\/\/)?(.+)$/is.exec(text) ?? [];
  const known = Object.hasOwn(transports, scheme.toLowerCase()) ? transports[scheme.toLowerCase()] : undefined;
  if (known !== undefined) return `write ${known}${rest}`;
  const trimmed = text.trim().toLowerCase();
  return trimmed === text || /[\s:]/.test(trimmed) ? null : `names of images are in small letters, without blanks: ${trimmed}`;
}
