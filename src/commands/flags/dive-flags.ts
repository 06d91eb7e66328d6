/** Flags of dive that stand in people's pipelines, for the commands that take its place. */
import type { CommandIo } from "../command.ts";
import type { FlagTable, FlagValues } from "./flag.ts";

const group = "As in dive:";

export const diveFlags = {
  source: { group, type: "choice", choices: ["docker", "podman", "docker-archive", "docker-tar"], describe: "Where the image lies" },
  "ignore-errors": { group, alias: "i", type: "boolean", describe: "Accepted, without effect: --no-verify reads a damaged image" },
} as const satisfies FlagTable;

const transports = {
  docker: "docker-daemon",
  podman: "podman",
  "docker-archive": "docker-archive",
  "docker-tar": "docker-archive",
} as const;

/** The image's name with the transport that `--source` means; one that is named with a transport keeps its own. */
export function imageFromSource(image: string, { source, ignoreErrors }: FlagValues<typeof diveFlags>, io: CommandIo): string {
  if (ignoreErrors) {
    io.stderr.write(
      "note: --ignore-errors changes nothing: what is odd is read all the same, with a warning; --no-verify reads what is damaged\n",
    );
  }
  if (source === null) return image;
  const named = /^([a-z-]+):\/\/(.*)$/s.exec(image);
  if (named !== null) return named[1] === "docker" ? `docker-daemon:${named[2]!}` : image;
  return image.startsWith(`${transports[source]}:`) ? image : `${transports[source]}:${image}`;
}
