/** Plan files that somebody edited: what makes no sense is named before anything is done; it reached the config of the new image, or ended as a bug. */
import { expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { parsePlans } from "../../src/rewrite/plan/json.ts";

const saving = { uncompressed: 1, compressed: null, afterSharing: null, exactness: "exact" };
const step = { id: "remove", kind: "remove", title: "t", detail: "d", enabled: true, saving, paths: [], groups: [], kept: [], scrub: null };
const config = { setEnv: [["A", "1"]], unsetEnv: [], labels: [["a", null]], entrypoint: null, cmd: ["x"], user: null, workdir: null };
const settings = {
  compression: { kind: "gzip", level: 6 },
  order: "path",
  history: "keep",
  manifest: "oci",
  clampTime: null,
  created: "2024-01-01T00:00:00Z",
  boundaries: [],
  config,
};
const plan = {
  schemaVersion: 1,
  command: "optimize",
  image: { reference: "app.tar", platform: "linux/amd64", configDigest: `sha256:${"1".repeat(64)}`, layers: 2 },
  keepLayers: 0,
  baseLayers: 0,
  figures: { totalBytes: 10, gzipRatio: null, exact: true, ratioFrom: "layers" },
  settings,
  steps: [step],
};

it("a plan is read as it was written, and without what earlier versions did not know", () => {
  expect(parsePlans(JSON.stringify(plan), "p.json")).toEqual([plan]);
  const { kept: _, ...earlier } = step;
  const { entrypoint: _1, cmd: _2, ...fewer } = config;
  const old = { ...plan, steps: [earlier], settings: { ...settings, config: fewer } };
  const read = { ...plan, settings: { ...settings, config: { ...config, cmd: null } } };
  expect(parsePlans(JSON.stringify([old]), "p.json")).toEqual([read]);
});

const withConfig = (edit: object): object => ({ settings: { ...settings, config: { ...config, ...edit } } });
const withStep = (edit: object): object => ({ steps: [{ ...step, ...edit }] });

it.each([
  [withConfig({ setEnv: [["A", { b: 1 }]] }), "settings.config.setEnv"],
  [withConfig({ setEnv: [["A"]] }), "settings.config.setEnv"],
  [withConfig({ labels: [[null, "b"]] }), "settings.config.labels"],
  [withConfig({ unsetEnv: [1] }), "settings.config.unsetEnv"],
  [withConfig({ entrypoint: "sh -c x" }), "settings.config.entrypoint"],
  [withConfig({ cmd: [{}] }), "settings.config.cmd"],
  [withConfig({ user: 0 }), "settings.config.user"],
  [{ settings: { ...settings, compression: { kind: "gzip", level: 99 } } }, "settings.compression"],
  [{ settings: { ...settings, compression: { kind: ["gzip"], level: 6 } } }, "settings.compression"],
  [{ settings: { ...settings, created: "yesterday" } }, "settings.created"],
  [{ settings: { ...settings, created: "2026-02-30T00:00:00Z" } }, "settings.created"],
  [{ settings: { ...settings, order: ["path"] } }, "settings.order"],
  [{ settings: { ...settings, boundaries: ["["] } }, "settings.boundaries"],
  [{ image: { ...plan.image, reference: undefined } }, "image.reference"],
  [{ figures: { totalBytes: "10" } }, "figures.totalBytes"],
  [{ keepLayers: 3 }, "keepLayers"],
  [withStep({ kind: ["remove"] }), "step remove: kind"],
  [withStep({ title: null }), "step remove: title"],
  [withStep({ saving: { uncompressed: "1" } }), "step remove: saving.uncompressed"],
  [withStep({ paths: [{ path: 1, bytes: 1 }] }), "step remove: paths"],
  [withStep({ groups: [{ bytes: 1, paths: [null] }] }), "step remove: groups"],
  [withStep({ kept: [null] }), "step remove: kept"],
  [withStep({ lines: [{ dockerfile: 7, paths: 0, bytes: 0 }] }), "step remove: lines"],
  [withStep({ scrub: { env: [1], labels: [], history: true } }), "step remove: scrub"],
])("%j is refused by name", (edit, name) => {
  const read = (): unknown => parsePlans(JSON.stringify({ ...plan, ...edit }), "p.json");
  expect(read).toThrow(BallastError);
  expect(read).toThrow(`p.json: ${name} `.trimEnd());
});
