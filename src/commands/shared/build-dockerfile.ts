/** Which Dockerfile `docker build` was given, read off its own arguments. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

export interface BuiltDockerfile {
  readonly file: string;
  readonly target: string | null;
  readonly buildArgs: readonly string[];
}

/** Flags of the builders that take no value of their own. */
const switches = new Set(
  (
    "--no-cache --pull --push --load --rm --force-rm --squash --squash-all --quiet -q --compress --check --debug -D --disable-content-trust " +
    "--stream --layers --all-platforms --no-hosts --tls-verify --identity-label --omit-history"
  ).split(" "),
);

/** Null where the file is not one of this machine: it comes from standard input, or with a remote context. */
export function dockerfileOf(words: readonly string[], engine: "docker" | "podman"): BuiltDockerfile | null {
  const context = words.findLast((word, at) => !word.startsWith("-") && !takesValue(words[at - 1])) ?? "";
  const named = [...valuesOf(words, "--file"), ...shortValues(words, "-f")].at(-1);
  // podman and buildah look for a Containerfile first; docker does not know the name.
  const names = engine === "podman" ? ["Containerfile", "Dockerfile"] : ["Dockerfile"];
  const candidates = named === undefined ? names.map((name) => join(context, name)) : [named, join(context, named)];
  const file = named === "-" ? undefined : candidates.find((path) => isFile(path));
  if (file === undefined) return null;
  return { file, target: valuesOf(words, "--target").at(-1) ?? null, buildArgs: valuesOf(words, "--build-arg") };
}

function takesValue(word: string | undefined): boolean {
  if (word === undefined || !word.startsWith("-") || word === "-" || word.includes("=") || switches.has(word)) return false;
  // `-tapp` has its value already.
  return word.startsWith("--") || word.length === 2;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function valuesOf(words: readonly string[], flag: string): readonly string[] {
  return words.flatMap((word, at) => {
    if (word === flag) return words.slice(at + 1, at + 2);
    return word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : [];
  });
}

/** `-f FILE`, `-fFILE`, `-f=FILE` */
function shortValues(words: readonly string[], flag: string): readonly string[] {
  return words.flatMap((word, at) => {
    if (takesValue(words[at - 1])) return [];
    if (word === flag) return words.slice(at + 1, at + 2);
    return word.startsWith(flag) ? [word.slice(flag.length).replace(/^=/, "")] : [];
  });
}
