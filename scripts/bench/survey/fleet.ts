/** Sixty images over six bases, as a team's registry has them: what `survey` is measured on. */
import { directory, file, whiteout } from "../../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../../test/helpers/tar-fixture.ts";
import { contentPool } from "../inputs/pool.ts";
import type { ContentPool } from "../inputs/pool.ts";

export const bases = 6;
export const images = 60;

/** As Debian's layers have them: 1,400 files of 26 kB. */
const [modules, applicationFiles, moduleBytes] = [1400, 100, 34_000];

/** Files of programs and text under 120 packages that dpkg knows, some 30 MB. */
export function* base(number: number): Generator<FixtureEntry> {
  const pool = contentPool(`base ${number}`);
  const packages = Array.from({ length: 120 }, (_, index) => `package-${number}-${index}`);
  const owned = packages.map((): string[] => []);
  for (let index = 0; index < modules; index += 1) {
    const path = `usr/lib/base${number}/d${index % 40}/module-${index}`;
    owned[index % packages.length]!.push(`/${path}`);
    yield module(pool, path, index);
  }
  for (const [index, name] of packages.entries()) yield file(`var/lib/dpkg/info/${name}.list`, `/.\n${owned[index]!.join("\n")}\n`);
  const status = packages.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nInstalled-Size: 250\nArchitecture: amd64\nVersion: 1.0-1\n`,
  );
  yield file("var/lib/dpkg/status", status.join("\n"));
}

/** One image's own layers: an application that overwrites and removes a little of its base, and its settings. */
export function application(number: number): FixtureEntry[][] {
  const pool = contentPool(`application ${number}`);
  const below = `usr/lib/base${number % bases}/d0/module-`;
  const own = Array.from({ length: applicationFiles }, (_, index) => module(pool, `srv/app${number}/part-${index}`, index + number));
  const manifest = JSON.stringify({ name: `app-${number}`, version: "1.0.0", license: "MIT" });
  return [
    [
      directory("srv"),
      ...own,
      file(`srv/app${number}/package.json`, manifest),
      file(`${below}40`, `changed by ${number}`),
      whiteout(`${below}80`),
    ],
    [file(`etc/app${number}.conf`, pool.text(20_000 + number)), file("etc/motd", `app ${number}\n`)],
  ];
}

function module(pool: ContentPool, path: string, index: number): FixtureEntry {
  const isProgram = index % 4 === 0;
  return file(path, isProgram ? pool.binary(pool.size(moduleBytes * 3)) : pool.text(pool.size(moduleBytes / 2)), {
    mode: isProgram ? 0o755 : 0o644,
  });
}
