/** Files that a COPY of the whole context brings and nobody wants: version control, dependencies of the host, secrets. `.dockerignore` keeps them out. */
import type { Instruction } from "../dockerfile.ts";
import type { FixContext } from "./context.ts";
import type { Fix } from "./fix.ts";

interface Unwanted {
  readonly pattern: string;
  readonly bytes: number;
  readonly path: string;
}

export function ignoreFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => ignoreFix(context, instruction));
}

function ignoreFix(context: FixContext, copy: Instruction): readonly Fix[] {
  const layer = context.layerOf(copy);
  const target = context.targetOf(copy);
  if ((copy.keyword !== "COPY" && copy.keyword !== "ADD") || layer === null || target === null) return [];
  if (copy.flags.some(({ name }) => name === "from") || !context.copiesDirectory(copy)) return [];
  const unwanted = [...versionControl(context, copy, target), ...overwritten(context, copy, target), ...secrets(context, layer, target)];
  const patterns = [...new Set(unwanted.map(({ pattern }) => pattern))];
  if (patterns.length === 0) return [];
  const leaks = unwanted.some(({ bytes, pattern }) => bytes === 0 && isSecretName(pattern));
  return [
    {
      id: `dockerignore:${copy.line}`,
      line: copy.line,
      what: `.dockerignore keeps out what ${copy.keyword} should not bring: ${patterns.join(", ")}`,
      kind: leaks && unwanted.every(({ bytes }) => bytes === 0) ? "secret" : "bytes",
      savedBytes: unwanted.reduce((sum, { bytes }) => sum + bytes, 0),
      edits: [],
      ignore: patterns,
      changes: unwanted.map(({ path }) => path),
      note: leaks ? "whoever has pulled the image has the secret: replace it with a new one" : "",
    },
  ];
}

function versionControl(context: FixContext, copy: Instruction, target: string): readonly Unwanted[] {
  const found = context.leftovers(copy, ({ category }) => category === "vcs");
  return found.flatMap((leftover) => {
    const directories = [...new Set(leftover.paths.flatMap((path) => /^(.*\/\.(?:git|hg|svn|bzr))(?:\/|$)/.exec(path)?.[1] ?? []))];
    const bytes = context.claim([leftover]);
    return directories.map((path, at) => ({ pattern: patternOf(path, target), bytes: at === 0 ? bytes : 0, path: `${path}/` }));
  });
}

/** Dependencies copied from the host, which a RUN then installs over: the copy is waste from the first byte. */
function overwritten(context: FixContext, copy: Instruction, target: string): readonly Unwanted[] {
  const rows = context.waste(copy, ({ path }) => /\/(?:node_modules|__pycache__|\.venv|vendor|target|dist)\//.test(path));
  const byDirectory = new Map<string, typeof rows>();
  for (const row of rows) {
    const directory = /^(.*?\/(?:node_modules|__pycache__|\.venv|vendor|target|dist))\//.exec(row.path)![1]!;
    byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), row]);
  }
  return [...byDirectory].flatMap(([path, found]) => {
    const bytes = context.claim(found);
    return bytes < smallest ? [] : [{ pattern: patternOf(path, target), bytes, path: `${path}/` }];
  });
}

/** Less than this is not worth a line. */
const smallest = 4096;

function secrets(context: FixContext, layer: number, target: string): readonly Unwanted[] {
  const paths = (context.analysis.secrets ?? []).flatMap(({ severity, locations }) =>
    severity === "low" || severity === "info"
      ? []
      : locations.flatMap((at) => (at.layer === layer && at.path !== undefined && isSecretName(at.path) ? [at.path] : [])),
  );
  return [...new Set(paths)]
    .filter((path) => path.startsWith(target === "/" ? "/" : `${target}/`))
    .map((path) => ({ pattern: patternOf(path, target), bytes: 0, path }));
}

/** Files that are secrets by their kind: a program's source that holds one is not to be left out of the build. */
function isSecretName(path: string): boolean {
  return /(?:^|\/)(?:\.env(?:\.[\w-]+)?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:pem|key|p12|pfx|jks|keystore|kdbx)|credentials|\.htpasswd)$/.test(
    path,
  );
}

function patternOf(path: string, target: string): string {
  return target === "/" ? path.slice(1) : path.slice(target.length + 1);
}
