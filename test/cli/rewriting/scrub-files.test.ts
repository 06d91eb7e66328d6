/** A file is judged by where it lies in the image, whatever name its layer stored it under: when it is found, scrubbed and verified. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { EntryType } from "../../../src/tar/entry.ts";
import { readTar } from "../../helpers/bytes/read-tar.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { cliHere } from "../../helpers/run-here.ts";
import { directory, file, hardlink, symlink, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const secret = "db_password=kV7qZ2mXw9Tb4RcY\n";

/** Where secrets are found, and which files are left once they are scrubbed. */
const cases: [what: string, layers: ImageFixture["layers"], found: string[], left: string[]][] = [
  [
    "a password that a symlink brings out of a package manager's folder",
    [[symlink("var/lib/dpkg", "/srv")], [file("var/lib/dpkg/info/a.conf", secret)]],
    ["/srv/info/a.conf"],
    ["var/lib/dpkg"],
  ],
  [
    "a documentation's example that a layer stores below a symlink to it",
    [[directory("usr/share/doc"), symlink("srv/docs", "/usr/share/doc")], [file("srv/docs/a.conf", secret)]],
    [],
    ["srv/docs", "usr/share/doc/a.conf"],
  ],
  [
    "all names of a hard-linked file",
    [[file("etc/a.conf", secret), hardlink("opt/b.conf", "etc/a.conf"), file("opt/c.conf", "a=1")]],
    ["/etc/a.conf"],
    ["opt/c.conf"],
  ],
  [
    "a hard-linked file that its layer stores under the name that comes last",
    [[file("opt/z.conf", secret), hardlink("etc/b.conf", "opt/z.conf")]],
    ["/etc/b.conf"],
    [],
  ],
  [
    "a hard-linked file whose stored name is that of a package",
    [[file("usr/share/doc/a.conf", secret), hardlink("etc/a.conf", "usr/share/doc/a.conf")]],
    ["/etc/a.conf"],
    [],
  ],
  [
    "a hard-linked file whose stored name is gone",
    [[file("etc/a.conf", secret), hardlink("opt/b.conf", "etc/a.conf")], [whiteout("etc/a.conf")]],
    ["/opt/b.conf"],
    [],
  ],
  [
    "not a file that is clean by now, whatever a layer below still tells",
    [[file("etc/a.conf", secret)], [file("etc/a.conf", "db_password_file=/run/secrets/db\n")]],
    ["/etc/a.conf"],
    ["etc/a.conf"],
  ],
];

it.each(cases)("scrubs %s", async (_, layers, found, left) => {
  const dir = temporaryDirectory();
  const [image, out, rootfs] = ["image.tar", "out.tar", "rootfs.tar"].map((name) => join(dir, name)) as [string, string, string];
  writeFileSync(image, dockerArchive({ layers }));
  const secrets = await cliHere(["secrets", "--all", "--json", "--no-cache", image]);
  const findings = (JSON.parse(secrets.stdout) as { secrets: { locations: { path: string }[] }[] }).secrets;
  expect(findings.flatMap(({ locations }) => locations.map(({ path }) => path))).toEqual(found);
  const { status, stdout } = await cliHere(["optimize", "--all", "--drop", "none", "--scrub-secrets", "--no-cache", image, "-o", out]);
  expect([status, stdout]).toEqual([0, expect.stringContaining("verified: ")]);
  expect((await cliHere(["export", "--no-cache", out, "/", "-o", rootfs])).status).toBe(0);
  const entries = readTar(readFileSync(rootfs)).entries.filter(({ type }) => type !== EntryType.directory);
  expect(entries.map(({ path }) => path)).toEqual(left);
});
