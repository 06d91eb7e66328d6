/** What a written image costs, and how small it is. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { imageName } from "./inputs/archive.ts";
import type { Figure } from "./table.ts";
import { shell } from "./rows.ts";
import type { Row, Subject, Tools } from "./rows.ts";
import { runQuietly } from "./tools.ts";

/** Written, read again and proved, against `pigz` on the same files. */
export function squashRow({ name, archive }: Subject, directory: string, { ballast, dockerSquash }: Tools): Row {
  const flat = join(directory, "flat.tar");
  const out = `docker-archive:${join(directory, "squashed.tar")}`;
  const squash = ["squash", archive, "--all", "--output", out, "--force", "--compression", "gzip:6", "--quiet"];
  return {
    name: `${name}: squash --all to gzip, not verified`,
    subject: ballast(...squash, "--no-verify"),
    yardsticks: [
      shell("pigz -6", 'pigz -6 -c "$1" > "$2"', flat, `${flat}.gz`),
      { ...ballast(...squash), label: "squash, read again and proved" },
      ...(dockerSquash === null ? [] : [dockerSquash(imageName, join(directory, "docker-squashed.tar"))]),
    ],
    limits: { ratio: 1.1 },
    setup: [
      ballast("export", archive, "-o", flat, "--force"),
      ...(dockerSquash === null ? [] : [{ label: "", program: "docker", args: ["load", "-q", "-i", archive] }]),
    ],
  };
}

/** The layer that squash writes beside what GNU gzip makes of the same files. */
export function squashSize({ archive }: Subject, directory: string, { ballast }: Tools): Figure {
  const flat = join(directory, "flat.tar");
  const layout = join(directory, "squashed");
  const squash = ballast(
    "squash",
    archive,
    "--all",
    "--output",
    `oci:${layout}`,
    "--force",
    "--compression",
    "gzip:6",
    "--quiet",
    "--no-verify",
  );
  runQuietly(ballast("export", archive, "-o", flat, "--force"));
  runQuietly(shell("", 'rm -rf "$1"', layout));
  runQuietly(squash);
  runQuietly(shell("", 'gzip -6 -n -c "$1" > "$1.gnu.gz"', flat));
  const gnu = statSync(`${flat}.gnu.gz`).size;
  const layer = Math.max(...readdirSync(join(layout, "blobs/sha256")).map((name) => statSync(join(layout, "blobs/sha256", name)).size));
  return {
    name: "squash --all to gzip:6, bytes",
    text: `${(layer / 1e6).toFixed(1)} MB, ${(layer / gnu).toFixed(3)} × GNU gzip -6 of the same files (limit 1)`,
    isMissed: layer > gnu,
  };
}
