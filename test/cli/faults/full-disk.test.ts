/**
 * A disk that is full under the program itself: status 3, a message that names the place, and nothing half-written. `every-write.test.ts`
 * sweeps over every place at which it can be full.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { faultImage } from "../../helpers/image/fault-image.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { noTinyDisk, tinyDisk } from "../../helpers/disk/tiny-disk.ts";

const image = faultImage();

function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.tar"), image);
  writeFileSync(join(directory, "Dockerfile"), "FROM scratch\nRUN rm old\n");
  return directory;
}

/** What the commands write, at DISK; each needs more than there is room for. */
const outputs: readonly (readonly [what: string, kilobytes: number, args: readonly string[]])[] = [
  ["an archive", 600, ["squash", "--all", "app.tar", "-o", "docker-archive:DISK/out.tar"]],
  ["a layout", 600, ["squash", "--all", "app.tar", "-o", "oci:DISK/layout:x"]],
  ["a report", 4, ["analyze", "app.tar", "--files", "--format", "json=DISK/report.json"]],
  ["a plan", 4, ["optimize", "app.tar", "--plan", "DISK/plan.json", "--remove", "srv/**"]],
];

describe.skipIf(noTinyDisk !== null)(`a full disk${noTinyDisk === null ? "" : ` [skipped: ${noTinyDisk}]`}`, () => {
  it.each(outputs)("under %s", async (_what, kilobytes, args) => {
    const disk = tinyDisk(kilobytes);
    const { status, stderr } = await runCli(
      args.map((each) => each.replace("DISK", disk)),
      { cwd: project() },
    );
    expect([status, stderr]).toEqual([3, expect.stringMatching(/error: .*no space is left on the device\nhint: /)]);
    expect(readdirSync(disk)).toEqual([]);
  });

  it.each([
    ["an archive that comes through a pipe", ["analyze", "-q", "-"]],
    ["the layers of a rewrite", ["squash", "-q", "--all", "app.tar", "-o", "oci:out:x"]],
  ])("under TMPDIR, which %s needs", async (_what, args) => {
    const disk = tinyDisk(300);
    const cwd = project();
    const { status, stderr } = await runCli(args, { cwd, stdin: args.includes("-") ? image : "", env: { TMPDIR: disk } });
    expect(readdirSync(disk)).toEqual([]);
    expect(readdirSync(cwd).toSorted()).toEqual(["Dockerfile", "app.tar"]);
    if (status === 0) return;
    expect([status, stderr]).toEqual([3, expect.stringMatching(/error: .*TMPDIR.*no space is left on the device\nhint: /)]);
  });

  it("under the cache costs nothing but the time that it would have saved", async () => {
    const disk = tinyDisk(8);
    const cwd = project();
    const [cold, full] = [
      await runCli(["analyze", "--json", "app.tar", "--no-cache"], { cwd }),
      await runCli(["analyze", "--json", "app.tar"], { cwd, env: { XDG_CACHE_HOME: disk } }),
    ];
    expect([full.status, full.stderr, full.stdout]).toEqual([0, "", cold.stdout]);
    expect(readdirSync(join(disk, "ballast")).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});
