/** Which Dockerfile `docker build` was given, read off its own arguments. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** `--dockerfile`, `--target` and `--build-arg` for the command that follows; none where the file is not one of this machine. */
export function dockerfileWords(engineArguments: readonly string[]): readonly string[] {
  const context = engineArguments.at(-1) ?? "";
  const file = valuesOf(engineArguments, "-f", "--file").at(-1) ?? namesIn(context);
  if (file === undefined || file === "-" || !isFile(file)) return [];
  const targets = valuesOf(engineArguments, null, "--target");
  return [
    ...["--dockerfile", file],
    ...targets.slice(-1).flatMap((target) => ["--target", target]),
    ...valuesOf(engineArguments, null, "--build-arg").flatMap((word) => ["--build-arg", word]),
  ];
}

/** podman and buildah look for a Containerfile first. */
function namesIn(context: string): string | undefined {
  return ["Containerfile", "Dockerfile"].map((name) => join(context, name)).find((path) => isFile(path));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function valuesOf(words: readonly string[], short: string | null, long: string): readonly string[] {
  return words.flatMap((word, at) => {
    if (word === short || word === long) return words.slice(at + 1, at + 2);
    return word.startsWith(`${long}=`) ? [word.slice(long.length + 1)] : [];
  });
}
