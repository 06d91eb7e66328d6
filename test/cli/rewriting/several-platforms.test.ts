/** All images of an index, rewritten at once: what the index says of each goes on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { buildImage, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const app: ImageFixture = { layers: [[file("app/old"), file("app/new")], [whiteout("app/old")]] };

describe("the images of an index that are rewritten together", () => {
  interface Written {
    readonly platform: Readonly<Record<string, unknown>>;
    readonly digest: string;
  }

  /** What `flags` make of an index of the images: its output, and the images of the new index. */
  async function together(images: readonly ImageFixture[], change: (index: string) => string, ...flags: string[]) {
    const dir = temporaryDirectory();
    const files = ociLayout(images);
    files.set("index.json", Buffer.from(change(files.get("index.json")!.toString())));
    writeFiles(join(dir, "multi"), files);
    const result = await runCli([...flags, `oci:${join(dir, "multi")}`, "--all-platforms", "-o", `oci:${join(dir, "out")}`]);
    const read = (digest: string) => JSON.parse(readFileSync(join(dir, "out/blobs", digest.replace(":", "/")), "utf8"));
    if (result.status !== 0) return { result, written: [] as Written[], read, top: "" };
    const top = JSON.parse(readFileSync(join(dir, "out/index.json"), "utf8")) as { manifests: { digest: string }[] };
    const { digest } = top.manifests[0]!;
    return { result, written: read(digest).manifests as Written[], read, top: digest };
  }

  it("stay found by whoever looks for what the index alone says: variant, version and features of the system", async () => {
    const images = ["linux/arm/v6", "linux/amd64"].map((platform): ImageFixture => ({
      ...app,
      platform,
      configOverrides: { variant: undefined },
    }));
    const says = { "os.version": "6.1", "os.features": ["sev"] };
    const { result, written } = await together(
      images,
      (index) => index.replaceAll('"architecture":"amd64"', `"architecture":"amd64",${JSON.stringify(says).slice(1, -1)}`),
      "squash",
      "--all",
    );
    expect(result.stderr).not.toMatch(/error/);
    expect(written.map(({ platform }) => platform)).toEqual([
      { architecture: "arm", os: "linux", variant: "v6" },
      { architecture: "amd64", os: "linux", ...says },
    ]);
  });

  it("give away no secret in what the index says of them together, which --scrub-secrets left in its annotations", async () => {
    const token = ["glpat", "x7Qk2mVw9Rt4Lz8Nb3Hc"].join("-");
    const says = { annotations: { "com.example.source": `https://ci:${token}@git.example.com/app`, "com.example.team": "web" } };
    const annotated = (index: string) => JSON.stringify({ ...(JSON.parse(index) as object), ...says });
    const arm: ImageFixture = { ...app, platform: "linux/arm64" };
    const { result, read, top } = await together([app, arm], annotated, "optimize", "--all", "--scrub-secrets");
    expect(result.status).toBe(0);
    const text = JSON.stringify(read(top));
    expect(text).toContain('"com.example.team":"web"');
    expect(text).toContain("@git.example.com/app");
    expect(text).not.toContain(token);
  });

  const windows: ImageFixture = { ...app, platform: "windows/amd64", configOverrides: { "os.version": "10.0.20348.2" } };

  it("do not fail for one of Windows, whose layers stay: nothing could leave it out", async () => {
    const same = (index: string) => index;
    const { result, written, read } = await together([app, windows], same, "optimize", "--all");
    expect(result.status).toBe(0);
    expect(result.stdout).toMatch(/note: windows\(10\.0\.20348\.2\)\/amd64 keeps its layers as they are/);
    const original = buildImage(windows);
    const manifest = read(written.find(({ platform }) => platform["os"] === "windows")!.digest);
    expect(manifest.config.digest).toBe(original.config.digest);
    expect(manifest.layers.map(({ digest }: { digest: string }) => digest)).toEqual(original.layers.map(({ digest }) => digest));
    expect(read(written.find(({ platform }) => platform["os"] === "linux")!.digest).layers).toHaveLength(1);

    const alone = await together([windows], same, "squash", "--all");
    expect([alone.result.status, alone.result.stderr]).toEqual([3, expect.stringContaining("is a Windows image")]);
    const scrubbed = await together([app, windows], same, "optimize", "--scrub-secrets");
    expect([scrubbed.result.status, scrubbed.result.stderr]).toEqual([3, expect.stringContaining("not taken out of layers of Windows")]);
  });
});
