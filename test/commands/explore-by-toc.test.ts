import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { noise } from "../helpers/draws.ts";
import { analysisFlags } from "../../src/commands/flags/analysis-flags.ts";
import { flagValues } from "../../src/commands/flags/flag.ts";
import type * as ExploreSession from "../../src/commands/explore/session.ts";
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import { estargz } from "../helpers/bytes/estargz-fixture.ts";
import { startMisbehavingRegistry } from "../helpers/registry/misbehaving-registry.ts";
import { projectRoot } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";

it("a remote layer with a table of contents is explored without being fetched, and read whole only for a plan", async () => {
  const layer = estargz([file("big", noise("big", 500_000)), file("motd", "hello\n")]);
  const other = estargz([file("big", noise("other", 300_000))]);
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  const registry = await startMisbehavingRegistry({
    layers: [layer, other].map(({ tar, blob, annotations }) => ({ content: tar, stored: blob, annotations, mediaType })),
  });
  onTestFinished(() => registry.stop());
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: { REGISTRY_AUTH_FILE: "/nonexistent", HOME: "/nonexistent" },
    signal: new AbortController().signal,
  };
  // As built: layers are read in workers, which only know JavaScript.
  const { createSession } = (await import(join(projectRoot, "dist/src/commands/explore/session.js"))) as typeof ExploreSession;
  const session = createSession(
    `docker://${registry.reference}`,
    { ...flagValues(analysisFlags, {}, {}), secrets: "off", cache: false },
    io,
  );
  onTestFinished(() => session.close());
  const tree = await new Promise<FileTree>((resolve, reject) => {
    session.start({
      onOffered: () => undefined,
      onProgress: () => undefined,
      onImage: () => undefined,
      onLayer: () => undefined,
      onTree: () => undefined,
      onAnalysis: (analysis, { final }) => void (final && resolve(analysis.tree)),
      onError: reject,
    });
  });
  expect(registry.blobBytes).toBeLessThan(10_000);
  const catalog = tree.catalogs[0]!;
  const entry = Array.from({ length: catalog.length }, (_, index) => catalog.path(index)).indexOf("motd");
  expect((await session.read({ layer: 0, entry } as Parameters<typeof session.read>[0], 100)).toString()).toBe("hello\n");
  expect(registry.blobBytes).toBeLessThan(10_000);
  const plan = await session.plan("squash");
  expect(plan).toBeDefined();
  expect(registry.blobBytes).toBeGreaterThan(800_000);
});
