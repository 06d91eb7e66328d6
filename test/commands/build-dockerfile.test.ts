/** Which file `docker build` builds, read off its arguments. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, expect, it } from "vitest";

import { dockerfileOf } from "../../src/commands/shared/build-dockerfile.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

const directory = makeTemporaryDirectory();
afterAll(() => removeDirectory(directory));
for (const path of ["Dockerfile", "Containerfile", "prod.Dockerfile", "app/Dockerfile"]) {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  writeFileSync(join(directory, path), "FROM a\n");
}

it.each<[string, "docker" | "podman", readonly string[], string | null]>([
  ["the context's own", "docker", ["-t", "x", directory], "Dockerfile"],
  ["a Containerfile, which podman looks for first", "podman", [directory], "Containerfile"],
  ["flags behind the context, of which one has the name of a folder", "docker", [directory, "-t", "app"], "Dockerfile"],
  ["a switch in front of the context", "docker", ["-t", "x", "--pull", "--no-cache", directory], "Dockerfile"],
  ["-f", "docker", ["-f", join(directory, "prod.Dockerfile"), directory], "prod.Dockerfile"],
  ["--file=", "docker", [`--file=${join(directory, "prod.Dockerfile")}`, directory], "prod.Dockerfile"],
  ["-f with its value attached", "docker", [`-f${join(directory, "prod.Dockerfile")}`, directory], "prod.Dockerfile"],
  ["-f below the context", "podman", ["-f", "prod.Dockerfile", directory], "prod.Dockerfile"],
  ["standard input", "docker", ["-f", "-", directory], null],
  ["a context from elsewhere", "docker", ["https://example.org/app.git"], null],
  ["a folder without one", "docker", [join(directory, "none")], null],
])("%s", (_, engine, words, file) => {
  expect(dockerfileOf(words, engine)?.file ?? null).toBe(file === null ? null : join(directory, file));
});

it("target and build arguments, in each form that flags have", () => {
  expect(dockerfileOf(["--target=a", "--target", "b", "--build-arg", "A=1", "--build-arg=B", directory], "docker")).toMatchObject({
    target: "b",
    buildArgs: ["A=1", "B"],
  });
});
