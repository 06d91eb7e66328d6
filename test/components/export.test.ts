import { expect } from "vitest";

import { testExportedTree } from "../helpers/components/exported-trees.ts";
import { parseReport } from "../helpers/report-schema.ts";
import { runCli } from "../helpers/run-cli.ts";

// The report of a real image adds up, and its gzip copy gives the same.
testExportedTree("small", async (archive, layout) => {
  const reports = await Promise.all([archive, `oci:${layout}`].map((name) => runCli(["analyze", "--json", name], { timeout: 120_000 })));
  const [saved, copied] = reports.map(({ stdout }) => parseReport(stdout));
  const wasted = saved.waste.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0);
  expect(saved.image.totalBytes - saved.image.finalBytes).toBe(wasted);
  expect(wasted).toBeGreaterThan(400_000);
  expect(copied.waste).toEqual(saved.waste);
  expect(copied.efficiency.dive).toEqual(saved.efficiency.dive);
});
