/** How a survey treats a registry, by running the program against one that counts. */
import { createHash } from "node:crypto";

import { expect, it } from "vitest";

import type { ImageFixture } from "../helpers/image-fixture.ts";
import { buildImage } from "../helpers/image-fixture.ts";
import { startFleetRegistry } from "../helpers/registry/fleet-registry.ts";
import type { FleetOptions, FleetRegistry } from "../helpers/registry/fleet-registry.ts";
import { parseSurvey } from "../helpers/report-schema.ts";
import { runCli } from "../helpers/run-cli.ts";
import type { CliResult } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const layer = (name: string): { readonly content: readonly ReturnType<typeof file>[]; readonly compression: "gzip" } => ({
  content: [file(name, createHash("sha512").update(name).digest("hex").repeat(20))],
  compression: "gzip",
});

/** Two teams' repositories on two bases, five tags each, one of which is another's image. */
const images: Record<string, ImageFixture> = Object.fromEntries(
  ["red/api", "red/web", "blue/api"].flatMap((repository, at) =>
    Array.from({ length: 5 }, (_, tag) => {
      const own = `${repository} ${Math.min(tag, 3)}`;
      return [`${repository}:${tag}`, { layers: [layer(`base ${at % 2}`), layer(`team ${repository}`), layer(own)] }];
    }),
  ),
);

const survey = (registry: FleetRegistry, ...args: string[]): Promise<CliResult> =>
  runCli(["survey", "--json", "--state", temporaryDirectory(), ...args, `docker://${registry.address}`]);
const start = (options: Partial<FleetOptions> = {}): Promise<FleetRegistry> => startFleetRegistry({ images, ...options });

it("goes by the pages of the lists, with one token a repository and so many requests at once, and asks for nothing twice", async () => {
  const registry = await start({ pageSize: 2, delay: 5 });
  const { stdout, stderr, status } = await survey(registry, "--concurrency", "3");
  expect([stderr, status]).toEqual(["", 0]);
  expect(parseSurvey(stdout).totals).toMatchObject({ repositories: 3, tags: 15, images: 12 });
  const tokens = registry.requests.filter((url) => url.startsWith("/token"));
  // One for the catalog.
  expect(tokens.length).toBe(4);
  expect(new Set(tokens).size).toBe(4);
  const [manifests, blobs] = ["/manifests/", "/blobs/"].map((part) => registry.requests.filter((url) => url.includes(part)));
  expect(manifests!.length).toBe(15);
  // By digest: repositories share the layers of their base.
  const digests = blobs!.map((url) => url.slice(url.lastIndexOf("/")));
  expect(digests.length).toBe(new Set(digests).size);
  expect(registry.mostAtOnce("/manifests/")).toBeLessThanOrEqual(3);
  expect(registry.mostAtOnce("/")).toBeLessThanOrEqual(8);
});

it("waits as long as a registry that is busy says, and tries again what fails for a moment", async () => {
  const refused: number[] = [];
  let comesBack = 0;
  const registry = await start({
    fault: (url, response, seen) => {
      if (url.endsWith("/red/api/manifests/1") && seen === 1) {
        refused.push(Date.now());
        response.writeHead(429, { "retry-after": "1" }).end("{}");
        return true;
      }
      if (url.endsWith("/red/api/manifests/1")) comesBack = Date.now();
      if (!url.includes("/blobs/") || seen > 1) return undefined;
      response.writeHead(503).end("{}");
      return true;
    },
  });
  const { stdout, stderr, status } = await survey(registry, "--strict");
  expect([stderr, status]).toEqual(["", 0]);
  expect(parseSurvey(stdout).unreadable).toEqual([]);
  expect(comesBack - refused[0]!).toBeGreaterThanOrEqual(990);
});

it.each([
  [401, "UNAUTHORIZED"],
  [404, "NOT_FOUND"],
  [405, "UNSUPPORTED"],
])("says how repositories are named where the catalog is refused with %i", async (code, word) => {
  const registry = await start({
    fault: (url, response) => {
      if (!url.startsWith("/v2/_catalog")) return undefined;
      response.writeHead(code).end(JSON.stringify({ errors: [{ code: word, message: "no" }] }));
      return true;
    },
  });
  const { stdout, stderr, status } = await survey(registry);
  expect([stdout, status]).toEqual(["", 3]);
  expect(stderr).toContain(`registry ${registry.address} does not list its repositories`);
  expect(stderr).toContain(`name repositories (docker://${registry.address}/team/app)`);
});

it("counts what each image, tag, repository and prefix alone stores as it is counted by hand", async () => {
  const registry = await start();
  const { stdout } = await survey(registry, "--manifests-only");
  const found = parseSurvey(stdout);
  const sizes = new Map<string, number>();
  const owners = new Map<string, Set<string>>();
  for (const [name, fixture] of Object.entries(images)) {
    const { config, manifest, layers } = buildImage(fixture);
    for (const { digest, bytes } of [config, manifest, ...layers]) {
      sizes.set(digest, bytes.length);
      owners.set(digest, (owners.get(digest) ?? new Set()).add(name));
    }
  }
  const freed = (belongs: (name: string) => boolean): number =>
    [...owners].reduce((sum, [digest, names]) => sum + ([...names].every(belongs) ? sizes.get(digest)! : 0), 0);
  expect(found.totals.storedBytes).toBe([...sizes.values()].reduce((a, b) => a + b));
  const at = registry.address;
  for (const { repository, tag, exclusiveBytes } of found.tags)
    expect(exclusiveBytes, `${repository}:${tag}`).toBe(freed((name) => `${at}/${name}` === `${repository}:${tag}`));
  expect(found.tags.length).toBe(15);
  for (const { repository, exclusiveBytes } of found.repositories)
    expect(exclusiveBytes, repository).toBe(freed((name) => `${at}/${name}`.startsWith(`${repository}:`)));
  expect(found.repositories.length).toBe(3);
  for (const { prefix, exclusiveBytes } of found.prefixes)
    expect(exclusiveBytes, prefix).toBe(freed((name) => `${at}/${name}`.startsWith(`${prefix.replace(/\/$/, "")}/`)));
  expect(found.prefixes.map(({ prefix }: { prefix: string }) => prefix)).toContain(`${at}/red/`);
  // An image under two tags goes when both do.
  const twins = found.images.filter(({ names }: { names: string[] }) => names.length === 2);
  expect(twins.length).toBe(3);
  for (const { names, exclusiveBytes } of found.images)
    expect(exclusiveBytes, names[0]).toBe(freed((name) => names.includes(`${at}/${name}`)));
});
