/** Registries that run here, asked what those of the zoo are asked. The table is printed when all is done. */

import { afterAll, describe, expect, it, onTestFinished } from "vitest";

import { noise } from "../helpers/draws.ts";
import { openRegistry } from "../../src/transports/registry/open.ts";
import { registryDestination } from "../../src/transports/registry/push/push.ts";
import type { Outgoing, TransferProgress } from "../../src/transports/transport.ts";
import { programPath } from "../helpers/components/available.ts";
import { startRegistry } from "../helpers/components/servers/registry.ts";
import type { Registry } from "../helpers/components/servers/registry.ts";
import { reasonAgainstZot, startZot } from "../helpers/components/servers/zot.ts";
import { outgoingOf } from "../helpers/image/outgoing-image.ts";
import { file } from "../helpers/tar-fixture.ts";

type Started = Pick<Registry, "address" | "stop">;

const registries: readonly { name: string; reason: string | null; start: () => Promise<Started> }[] = [
  {
    name: "docker-registry",
    reason: programPath("docker-registry") === null ? "docker-registry is not installed" : null,
    start: () => startRegistry(),
  },
  { name: "zot", reason: reasonAgainstZot(), start: startZot },
];

const connection = { authFile: "/nonexistent", timeout: 20_000 };
const outgoing = outgoingOf({ layers: [[file("big", noise("big", 1_500_000))], [file("etc/motd", "hello")]] });
const table: string[][] = [];

async function push(address: string, repository: string, what: Outgoing): Promise<readonly TransferProgress[]> {
  const progress: TransferProgress[] = [];
  const writing = { force: false, connection, onProgress: (step: TransferProgress) => void progress.push(step) };
  const destination = registryDestination(`${address}/${repository}:1`);
  await destination.check(writing);
  await destination.write(what, writing);
  return progress;
}

async function expectReadable(address: string, repository: string): Promise<void> {
  const set = await openRegistry(`${address}/${repository}:1`, { platform: null, verify: true, connection });
  onTestFinished(() => set.close());
  expect(set.images[0]!.manifestBytes?.equals(outgoing.built.manifest.bytes)).toBe(true);
  for (const [index, layer] of set.images[0]!.layers.entries()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await layer.open()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(outgoing.built.layers[index]!.bytes)).toBe(true);
  }
}

for (const { name, reason, start } of registries) {
  const title = reason === null ? name : `${name} [skipped: ${reason}]`;
  (reason === null ? describe : describe.skip)(title, () => {
    it("takes an image, gives it back as it was, and mounts its layers or gets them sent", async () => {
      const registry = await start();
      onTestFinished(() => registry.stop());
      await push(registry.address, "src/base", outgoing);
      await expectReadable(registry.address, "src/base");
      const from = { registry: registry.address, repository: "src/base" };
      const image = outgoing.images[0]!;
      const mounting = { ...outgoing, images: [{ ...image, layers: image.layers.map((layer) => ({ ...layer, mountFrom: from })) }] };
      const progress = await push(registry.address, "team/app", mounting);
      await expectReadable(registry.address, "team/app");
      const mounted = progress.filter(({ state }) => state === "cached").length;
      table.push([name, "yes", "yes", mounted >= image.layers.length ? "yes" : "sent instead"]);
    }, 60_000);
  });
}

afterAll(() => {
  const rows = [["registry", "pull", "push", "mount"], ...table];
  process.stdout.write(
    `\n${rows
      .map((row) =>
        row
          .map((cell) => cell.padEnd(20))
          .join("")
          .trimEnd(),
      )
      .join("\n")}\n`,
  );
});
