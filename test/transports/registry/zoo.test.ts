/** Pull, push, mount and resume at every registry of the zoo. The table is printed when all is done. */

import { afterAll, describe, expect, it } from "vitest";
import type { TestContext } from "vitest";

import { noise } from "../../helpers/draws.ts";
import { openRegistry } from "../../../src/transports/registry/open.ts";
import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { zoo } from "../../helpers/registry/registry-zoo.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { startZooRegistry } from "../../helpers/registry/zoo-registry.ts";
import type { Oddities, ZooRegistry } from "../../helpers/registry/zoo-registry.ts";

const outgoing = outgoingOf({ layers: [[file("big", noise("big", 400_000))], [file("etc/motd", "hello")]] });
const connection = { authFile: "/nonexistent", username: "ci", password: "s3cret", timeout: 10_000 };
const writing = { force: false, connection };
const table = new Map<string, Record<string, string>>();

async function start({ onTestFinished }: TestContext, odd: (store: string) => Oddities, more: Oddities = {}): Promise<ZooRegistry> {
  const store = await startZooRegistry();
  const registry = await startZooRegistry({ ...odd(`http://${store.address}`), ...more });
  onTestFinished(async () => {
    await Promise.all([store.stop(), registry.stop()]);
  });
  seed(registry, "src/base");
  // The other host holds the same content.
  seed(store, "src/base");
  seed(store, "team/app");
  return registry;
}

function seed(registry: ZooRegistry, repository: string): void {
  const { built } = outgoing;
  registry.put(repository, "1", built.manifestMediaType, built.manifest.bytes, [
    built.config.bytes,
    ...built.layers.map(({ bytes }) => bytes),
  ]);
}

async function expectReadable(registry: ZooRegistry, name: string): Promise<void> {
  const set = await openRegistry(`${registry.address}/${name}`, { platform: null, verify: true, connection });
  try {
    for (const [index, layer] of set.images[0]!.layers.entries()) {
      const chunks: Buffer[] = [];
      for await (const chunk of await layer.open()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).equals(outgoing.built.layers[index]!.bytes)).toBe(true);
    }
  } finally {
    await set.close();
  }
}

function note(name: string, column: string, how: string): void {
  table.set(name, { ...table.get(name), [column]: how });
}

// Together, since most of the time goes with waiting before another try.
describe.concurrent.each(Object.entries(zoo))("%s", (name, odd) => {
  it("is read, also when a blob breaks off", async (context) => {
    await expectReadable(await start(context, odd), "src/base:1");
    note(name, "pull", "yes");
    const registry = await start(context, odd, { breaksBlobAfter: 150_000 });
    await expectReadable(registry, "src/base:1");
    note(name, "resume pull", odd("").withoutRange === true ? "from the start" : "by Range");
  });

  it("takes an image, and gives it back as it was", async (context) => {
    const registry = await start(context, odd);
    const destination = registryDestination(`${registry.address}/team/app:1`);
    await destination.check(writing);
    await destination.write(outgoing, writing);
    expect(registry.manifests.get("team/app:1")?.bytes.equals(outgoing.built.manifest.bytes)).toBe(true);
    await expectReadable(registry, "team/app:1");
    note(name, "push", "yes");
  });

  it("mounts base layers, or gets them sent", async (context) => {
    const registry = await start(context, odd);
    const mounting = outgoingOf({ layers: [] });
    const from = { registry: registry.address, repository: "src/base" };
    const image = outgoing.images[0]!;
    const layers = image.layers.map((layer) => ({ ...layer, mountFrom: from }));
    await registryDestination(`${registry.address}/team/app:1`).write({ ...mounting, images: [{ ...image, layers }] }, writing);
    const sent = registry.requests.filter(({ method, path }) => method === "PUT" && path.includes("uploads")).length;
    const mounts = odd("").mount === "mounts" && odd("").oneScope !== true;
    expect(sent).toBeGreaterThanOrEqual(mounts ? 1 : 3);
    expect(registry.manifests.has("team/app:1")).toBe(true);
    note(name, "mount", mounts ? "yes" : `sent instead (${odd("").oneScope === true ? "scope" : String(odd("").mount)})`);
  });

  it.for([true, false])("goes on with an upload that broke off (session kept: %s)", async (remembers, context) => {
    const registry = await start(context, odd, { breaksUpload: { after: 120_000, remembers } });
    await registryDestination(`${registry.address}/team/app:1`).write(outgoing, writing);
    expect(registry.manifests.has("team/app:1")).toBe(true);
    await expectReadable(registry, "team/app:1");
    note(name, remembers ? "resume push" : "restart push", remembers && odd("").onePatch === true ? "from the start" : "yes");
  });
});

afterAll(() => {
  const columns = ["pull", "resume pull", "push", "mount", "resume push", "restart push"];
  const rows = [...table].map(([name, row]) => [name, ...columns.map((column) => row[column] ?? "NO")]);
  const lines = [["registry", ...columns], ...rows].map((cells) =>
    cells
      .map((cell) => cell.padEnd(23))
      .join("")
      .trimEnd(),
  );
  process.stdout.write(`\n${lines.join("\n")}\n`);
});
