/** A layer of more entries than are handed over at once reads the same as a small one. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { Compression } from "../../helpers/image/build.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, hardlink } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const count = 11_000;
const nameOf = (i: number): string => `d${i % 7}/f${String(i).padStart(5, "0")}`;
const password = 'database_password = "hG7#kq9Lw2xTz4"\n';

const entries = [
  ...Array.from({ length: 7 }, (_, i) => directory(`d${i}`)),
  ...Array.from({ length: count }, (_, i) => file(nameOf(i), `content ${i}`)),
  file("d0/settings.ini", password),
  hardlink("linked", nameOf(0)),
  file("twin", `content ${count - 1}`),
];

describe.each<Compression>(["none", "gzip", "zstd"])("a layer of 11,000 entries (%s)", (compression) => {
  it("shows all of them, with what belongs to each", async () => {
    const image = { layers: [{ content: entries, compression }] };
    const layout = writeFiles(join(temporaryDirectory(), "layout"), ociLayout([image]));
    const { stdout, status } = await runCli(["analyze", "--json", "--files", "--no-cache", `oci:${layout}`]);
    expect(status).toBe(0);
    const report = parseReport(stdout);
    const files = new Map((report.files as { path: string; bytes: number; hardLinkTo?: string }[]).map((row) => [row.path, row]));
    expect(files.size).toBe(entries.length);
    for (const i of [0, 1, 4095, 4096, 4097, 8000, count - 1]) expect(files.get(`/${nameOf(i)}`)?.bytes).toBe(`content ${i}`.length);
    expect(report.layers[0]).toMatchObject({ entries: entries.length, wastedBytes: 0 });
    expect(report.duplicates).toEqual([
      {
        bytes: `content ${count - 1}`.length,
        digest: `sha256:${createHash("sha256")
          .update(`content ${count - 1}`)
          .digest("hex")}`,
        paths: [`/${nameOf(count - 1)}`, "/twin"].sort(),
      },
    ]);
    const located = (report.secrets as { locations: { path?: string }[] }[]).flatMap(({ locations }) => locations.map(({ path }) => path));
    expect(located).toEqual(["/d0/settings.ini"]);
  });
});
