/** Which images stand on builds of one base. */
import { expect, it } from "vitest";

import { guessBase } from "../../../analyzers/base-image.ts";
import { baseBuildOf } from "../../../analyzers/ledger/base-build.ts";
import type { BaseBuild } from "../../../analyzers/ledger/holding.ts";
import type { Image } from "../../../src/image/image.ts";
import { parseConfig } from "../../../src/image/config.ts";

function buildOf(commands: readonly string[], labels: Record<string, string> = {}): BaseBuild | null {
  const history = commands.map((text, index) => ({
    created: `2026-01-0${index + 1}T00:00:00Z`,
    created_by: text,
    ...(/^(?:CMD|ENV|LABEL|\/bin\/sh -c #\(nop\) +CMD)/.test(text) && { empty_layer: true }),
  }));
  const layers = history.filter((row) => !("empty_layer" in row));
  const diffIds = layers.map((_, index) => `sha256:${String(index + 1).repeat(64)}`);
  const json = { os: "linux", architecture: "amd64", config: { Labels: labels }, history, rootfs: { type: "layers", diff_ids: diffIds } };
  const config = parseConfig(Buffer.from(JSON.stringify(json)), "config");
  const guess = guessBase({ config, layers: diffIds, annotations: {} } as unknown as Image);
  return baseBuildOf({ config, annotations: {}, guess });
}

it("takes two builds of Debian's script for one base, and bullseye for another", () => {
  const debian = (suite: string, time: number): readonly string[] => [
    `# debian.sh --arch 'amd64' out/ '${suite}' '@${time}'`,
    'CMD ["bash"]',
    "COPY a /",
  ];
  const [old, recent, other] = [
    buildOf(debian("bookworm", 1_760_000_000)),
    buildOf(debian("bookworm", 1_770_000_000)),
    buildOf(debian("bullseye", 1_760_000_000)),
  ];
  expect(old?.key).toBe(recent?.key);
  expect(old?.key).not.toBe(other?.key);
  expect(old).toMatchObject({ from: "history", layers: 1, created: "2026-01-02T00:00:00Z" });
});

it("does not judge commands that any distribution could have", () => {
  const file = `file:${"ab".repeat(32)}`;
  expect(buildOf([`/bin/sh -c #(nop) ADD ${file} in / `, '/bin/sh -c #(nop)  CMD ["bash"]', "COPY a /"])).toBeNull();
});

it("believes the labels that name a base", () => {
  const labels = { "org.opencontainers.image.base.name": "debian:12", "org.opencontainers.image.base.digest": `sha256:${"a".repeat(64)}` };
  expect(buildOf(["ADD x /", "COPY a /"], labels)).toMatchObject({ name: "debian:12", from: "label", build: `sha256:${"a".repeat(64)}` });
});
