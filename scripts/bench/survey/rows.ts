/** `ballast survey` against reading each distinct layer once, and against reading image by image as others do. */
import { join } from "node:path";

import type { Row, Tools } from "../rows.ts";
import { isInstalled } from "../tools.ts";
import type { Work } from "../measure.ts";
import { generated } from "../inputs/inputs.ts";
import { fillFar } from "./workers.ts";
import { application, base, bases, images } from "./fleet.ts";
import { isRegistryInstalled, startBenchRegistry } from "./registry.ts";
import type { BenchRegistry, Pusher } from "./registry.ts";

/** Change it when the fleet changes. */
const version = "2";

/** Null where no registry is installed. It stays up until it is stopped. */
export async function startFleet(directory: string): Promise<BenchRegistry | null> {
  return isRegistryInstalled() ? startBenchRegistry(join(directory, `fleet-v${version}`), fill) : null;
}

async function fill(push: Pusher): Promise<void> {
  const below = [];
  for (let number = 0; number < bases; number += 1) below.push(await push.layer(base(number)));
  const all = [...below];
  for (let number = 0; number < images; number += 1) {
    const own = [];
    for (const entries of application(number)) own.push(await push.layer(entries));
    all.push(...own);
    await push.image(repositoryOf(number), tagOf(number), [below[number % bases]!, ...own]);
  }
  await push.image("everything", "1", all);
  await fillFar(push);
}

/** @param directory keeps what dive is given: it reads no registry */
export function surveyRows({ address }: BenchRegistry, directory: string, { ballast, dive }: Tools): Row[] {
  const survey = ballast("survey", "--json", "--no-cache", `docker://${address}/fleet/*`);
  const everything = ballast("analyze", "--json", "--no-cache", `docker://${address}/everything:1`);
  const names = Array.from({ length: images }, (_, number) => `${address}/${repositoryOf(number)}:${tagOf(number)}`);
  const each = (label: string, ...command: readonly string[]): Work => ({
    label,
    program: "bash",
    args: ["-c", `for name in ${names.join(" ")}; do ${command.join(" ")} > /dev/null || exit; done`],
  });
  const { program, args } = ballast("analyze", "--json", "--no-cache");
  const peers = [
    ...(isInstalled("trivy") ? [each("trivy image", "trivy image --quiet --format json --scanners secret $name")] : []),
    ...(dive === null ? [] : [sixBy(dive, directory)]),
  ];
  return [
    {
      name: "survey of 60 images over 6 bases",
      subject: survey,
      yardsticks: [{ ...everything, label: "one image that has their layers" }],
      limits: { ratio: 1.3 },
    },
    {
      name: "the same survey, and image by image",
      subject: survey,
      yardsticks: [each("ballast analyze, one by one", program, ...args, "docker://$name"), ...peers],
      limits: { ratio: 0.5 },
    },
  ];
}

/** One image of each base. */
function sixBy(dive: (archive: string) => Work, directory: string): Work {
  const archives = Array.from({ length: bases }, (_, number) => {
    const layers = [base(number), ...application(number)].map((entries, index) => ({ createdBy: `RUN step ${index}`, entries }));
    return generated(directory, `fleet-${number}-v${version}`, () => layers).archive;
  });
  const { program, args } = dive("$archive");
  return {
    label: `dive --ci, ${bases} of the ${images} alone`,
    program: "bash",
    args: ["-c", `for archive in ${archives.join(" ")}; do ${[program, ...args].join(" ")} > /dev/null; done; true`],
  };
}

const repositoryOf = (number: number): string => `fleet/app-${Math.floor(number / 5)}`;
const tagOf = (number: number): string => `${number % 5}`;
