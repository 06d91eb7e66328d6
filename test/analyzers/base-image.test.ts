import { expect, it } from "vitest";

import { guessBase, layersSharedWith } from "../../analyzers/base-image.ts";
import type { Image } from "../../src/image/image.ts";

interface Row {
  readonly command: string;
  readonly layer?: true;
}

function imageOf(rows: readonly Row[], annotations: Record<string, string> = {}): Image {
  const layers = rows.filter(({ layer }) => layer).map(({ command }) => ({ diffId: `sha256:${command}` }));
  const history = rows.map(({ command, layer }) => ({ createdBy: command, emptyLayer: layer !== true }));
  return { layers, annotations, config: { history, container: { labels: {} } } } as unknown as Image;
}

const debian: Row[] = [{ command: "ADD rootfs.tar /", layer: true }, { command: 'CMD ["bash"]' }];

it("a plain base image has no base of its own", () => {
  expect(guessBase(imageOf(debian))).toEqual({ layers: 0, from: "none", reference: null });
});

it("what stands below the last command that is not the image's own is the base", () => {
  const image = imageOf([...debian, { command: "RUN make", layer: true }, { command: "ENV A=b" }, { command: 'CMD ["app"]' }]);
  expect(guessBase(image)).toEqual({ layers: 1, from: "guess", reference: null });
});

it("the classic builder's rows count too, and a base on a base is the nearest one", () => {
  const node = [...debian, { command: "RUN install node", layer: true as const }, { command: '/bin/sh -c #(nop)  CMD ["node"]' }];
  const image = imageOf([...node, { command: "COPY app /app", layer: true }, { command: "WORKDIR /app", layer: true }]);
  expect(guessBase(image)).toMatchObject({ layers: 2, from: "guess" });
});

it("an annotation makes it more than a guess and names it", () => {
  const annotations = {
    "org.opencontainers.image.base.digest": `sha256:${"0".repeat(64)}`,
    "org.opencontainers.image.base.name": "docker.io/library/debian:12",
  };
  const image = imageOf([...debian, { command: "RUN make", layer: true }], annotations);
  expect(guessBase(image)).toEqual({ layers: 1, from: "annotation", reference: "docker.io/library/debian:12" });
});

it("a named base must be the lowest layers, all of them", () => {
  const base = imageOf(debian);
  const image = imageOf([...debian, { command: "RUN make", layer: true }]);
  expect(layersSharedWith(image, base)).toBe(1);
  expect(layersSharedWith(base, image)).toBe(null);
  expect(layersSharedWith(imageOf([{ command: "other", layer: true }]), base)).toBe(null);
  // Another version of the base, on the same Debian.
  const node = (version: number): Image => imageOf([...debian, { command: `RUN install node ${version}`, layer: true }]);
  expect(layersSharedWith(node(22), node(22))).toBe(2);
  expect(layersSharedWith(node(24), node(22))).toBe(null);
});
