import { gunzipSync, gzipSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { estargz } from "../../helpers/bytes/estargz-fixture.ts";
import { json, mediaTypes, sha256 } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { startZooRegistry } from "../../helpers/registry/zoo-registry.ts";

/** Its table of contents tells of one small file; a setuid program and a key lie before it. */
function lyingLayer(): { readonly blob: Buffer; readonly annotations: Readonly<Record<string, string>> } {
  const honest = estargz([file("etc/hello", "hello")]);
  const hidden = [file("root/.ssh/id_rsa", "k".repeat(100)), file("usr/bin/evil", Buffer.alloc(3_000_000, "e"), { mode: 0o4755 })];
  const footer = honest.blob.subarray(-51);
  const toc = Number.parseInt(footer.toString("latin1", 16, 32), 16);
  const more = gzipSync(gunzipSync(estargz(hidden).blob).subarray(0, 1536 + 512 + 3_000_320));
  const moved = Buffer.from(footer);
  moved.write((toc + more.length).toString(16).padStart(16, "0"), 16, "latin1");
  return { blob: Buffer.concat([more, honest.blob.subarray(0, -51), moved]), annotations: honest.annotations };
}

describe("a layer whose table of contents hides what is in it", () => {
  it.each(["off", "config", "full"])("is judged by its bytes (--secrets %s)", async (secrets) => {
    const { blob, annotations } = lyingLayer();
    const config = json({
      architecture: "amd64",
      os: "linux",
      config: { User: "1000" },
      rootfs: { type: "layers", diff_ids: [sha256(gunzipSync(blob))] },
    });
    const manifest = json({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: { mediaType: mediaTypes.oci.config, digest: sha256(config), size: config.length },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: sha256(blob), size: blob.length, annotations }],
    });
    const registry = await startZooRegistry();
    onTestFinished(() => registry.stop());
    registry.put("a/b", "1", mediaTypes.oci.manifest, manifest, [config, blob]);
    const rules = ["image-size=1MB", "setuid-files=0", "forbidden-paths=**/id_rsa", "largest-file=1MB"].flatMap((rule) => ["--fail", rule]);
    const name = `docker://${registry.address}/a/b:1`;
    const { status, stdout } = await runCli(["check", "-q", "--no-cache", "--secrets", secrets, ...rules, name]);
    expect(status).toBe(1);
    for (const rule of ["image-size", "setuid-files", "forbidden-paths", "largest-file"]) expect(stdout).toContain(rule);
    // What may be read by its table says so.
    const told = await runCli(["analyze", "-q", "--no-cache", "--secrets", "off", name]);
    expect(told.stdout).toContain("was read by its own table of contents");
  });
});
