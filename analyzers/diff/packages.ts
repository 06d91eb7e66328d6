/** Installed packages, read from what the package managers write down. */

export interface Package {
  readonly manager: "dpkg" | "apk" | "pip" | "npm";
  readonly name: string;
  readonly version: string;
}

export interface PackageChange {
  readonly manager: Package["manager"];
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Sorted; several when a package is installed more than once. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export type PackageSource = "dpkg" | "apk" | "npm";

/** Which reader a path needs, a byte string without leading slash; null when its content says nothing about packages. */
export function packageSource(path: string): PackageSource | null {
  if (path === "var/lib/dpkg/status" || /^var\/lib\/dpkg\/status\.d\/[^/.]+$/.test(path)) return "dpkg";
  if (path === "lib/apk/db/installed" || path === "usr/lib/apk/db/installed") return "apk";
  return /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path) ? "npm" : null;
}

/** A Python distribution by the name of its metadata directory or file (PEP 376, PEP 503 names). */
export function pipPackage(path: string): Package | null {
  const match = /(?:site|dist)-packages\/([^/]+?)-(\d[^/-]*)(?:-py[\d.]+)?\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/.exec(path);
  if (match === null) return null;
  return { manager: "pip", name: match[1]!.toLowerCase().replace(/[-_.]+/g, "-"), version: match[2]! };
}

export function parsePackages(source: PackageSource, text: string): Package[] {
  return source === "dpkg" ? parseDpkg(text) : source === "apk" ? parseApk(text) : parseNpm(text);
}

function parseDpkg(text: string): Package[] {
  return paragraphs(text).flatMap((paragraph) => {
    const [name, version, status] = ["Package", "Version", "Status"].map((field) => fieldOf(paragraph, field));
    const installed = status === undefined || status.endsWith(" installed");
    return name === undefined || version === undefined || !installed ? [] : [{ manager: "dpkg" as const, name, version }];
  });
}

function parseApk(text: string): Package[] {
  return paragraphs(text).flatMap((paragraph) => {
    const [name, version] = ["P", "V"].map((field) => fieldOf(paragraph, field));
    return name === undefined || version === undefined ? [] : [{ manager: "apk" as const, name, version }];
  });
}

/** A package.json without name and version belongs to no package. */
function parseNpm(text: string): Package[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const { name, version } = (typeof json === "object" && json !== null ? json : {}) as {
    readonly name?: unknown;
    readonly version?: unknown;
  };
  return typeof name === "string" && typeof version === "string" ? [{ manager: "npm", name, version }] : [];
}

function paragraphs(text: string): string[] {
  return text.split(/\r?\n(?:[ \t]*\r?\n)+/);
}

function fieldOf(paragraph: string, field: string): string | undefined {
  const start = paragraph.startsWith(`${field}:`) ? 0 : paragraph.indexOf(`\n${field}:`) + 1;
  if (start === 0 && !paragraph.startsWith(`${field}:`)) return undefined;
  const end = paragraph.indexOf("\n", start);
  return paragraph.slice(start + field.length + 1, end < 0 ? undefined : end).trim();
}

/** By manager and name; the same package in the same versions on both sides is no change. */
export function diffPackages(before: readonly Package[], after: readonly Package[]): PackageChange[] {
  const [a, b] = [versionsOf(before), versionsOf(after)];
  const changes: PackageChange[] = [];
  for (const key of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [had, has] = [a.get(key) ?? [], b.get(key) ?? []];
    if (had.join("\0") === has.join("\0")) continue;
    const [manager, name] = key.split("\0") as [Package["manager"], string];
    changes.push({ manager, name, change: had.length === 0 ? "added" : has.length === 0 ? "removed" : "changed", before: had, after: has });
  }
  return changes;
}

function versionsOf(packages: readonly Package[]): Map<string, string[]> {
  const versions = new Map<string, Set<string>>();
  for (const { manager, name, version } of packages) {
    const key = `${manager}\0${name}`;
    versions.set(key, (versions.get(key) ?? new Set()).add(version));
  }
  return new Map([...versions].map(([key, set]) => [key, [...set].sort()]));
}
