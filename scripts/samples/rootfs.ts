/** A small stand-in for a Debian root filesystem: package database, programs, links, documentation. */
import { directory, file, hardlink, symlink } from "../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../test/helpers/tar-fixture.ts";
import { binary, prose } from "./content.ts";

const packages = ["base-files", "bash", "coreutils", "dpkg", "libc6", "perl-base"];

const passwd = `root:x:0:0:root:/root:/bin/bash
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

export function rootfs(): FixtureEntry[] {
  return [
    symlink("bin", "usr/bin"),
    directory("etc"),
    file("etc/debian_version", "12.10\n"),
    file("etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'),
    file("etc/passwd", passwd),
    file("etc/shadow", "root:*:20164:0:99999:7:::\n", { mode: 0o640, gid: 42 }),
    directory("home"),
    symlink("lib", "usr/lib"),
    directory("root", { mode: 0o700 }),
    directory("tmp", { mode: 0o1777 }),
    directory("usr"),
    directory("usr/bin"),
    file("usr/bin/bash", binary("bash", 60_000), { mode: 0o755 }),
    file("usr/bin/perl", binary("perl", 40_000), { mode: 0o755 }),
    hardlink("usr/bin/perl5.36.0", "usr/bin/perl", { mode: 0o755 }),
    symlink("usr/bin/sh", "bash"),
    file("usr/bin/su", binary("su", 9_000), { mode: 0o4755 }),
    directory("usr/lib"),
    file("usr/lib/libc.so.6", binary("libc", 70_000), { mode: 0o755 }),
    directory("usr/share"),
    directory("usr/share/doc"),
    ...packages.flatMap((name) => [
      directory(`usr/share/doc/${name}`),
      file(`usr/share/doc/${name}/changelog.Debian`, prose(`${name} changelog`, 5_000)),
      file(`usr/share/doc/${name}/copyright`, prose("GPL", 1_800)),
    ]),
    directory("usr/share/man/man1"),
    file("usr/share/man/man1/bash.1", prose("bash manual", 9_000)),
    directory("var/lib/dpkg"),
    file("var/lib/dpkg/status", packages.map((name) => packageStatus(name)).join("\n")),
    directory("var/log"),
  ];
}

export function packageStatus(name: string): string {
  return `Package: ${name}\nStatus: install ok installed\nMaintainer: Debian <debian@example.org>\nArchitecture: amd64\nVersion: 1.0-1\n`;
}
