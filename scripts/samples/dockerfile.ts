/** History rows the way Docker's builders write them, so that each layer of a sample names the Dockerfile line it comes from. */
import type { HistoryFixture, LayerFixture } from "../../test/helpers/image-fixture.ts";
import type { FixtureItem } from "../../test/helpers/tar-fixture.ts";

/** The base was built in spring, the application on top of it in autumn. */
const baseBuilt = "2025-03-17T00:00:00Z";
const built = "2025-10-02T09:30:00Z";

/** For `configOverrides`: the image is as old as its last layer. */
export const createdWithTheLastLayer = { created: built } as const;

type Compression = NonNullable<LayerFixture["compression"]>;

export function base(content: readonly FixtureItem[], compression: Compression = "none"): LayerFixture {
  return { content, compression, created: baseBuilt, createdBy: "/bin/sh -c #(nop) ADD file:3f2c1d rootfs.tar in / " };
}

export function baseCommand(command: string): HistoryFixture {
  return { created: baseBuilt, created_by: `/bin/sh -c #(nop)  CMD ["${command}"]`, empty_layer: true };
}

/** A RUN step; `args` are the build arguments it was given, which the classic builder writes before the command. */
export function run(
  command: string,
  content: readonly FixtureItem[],
  args: readonly string[] = [],
  compression: Compression = "none",
): LayerFixture {
  const prefix = args.length === 0 ? "" : `|${args.length} ${args.join(" ")} `;
  return { content, compression, created: built, createdBy: `${prefix}/bin/sh -c ${command}` };
}

/** A COPY step as BuildKit records it. */
export function copy(what: string, content: readonly FixtureItem[], compression: Compression = "none"): LayerFixture {
  return { content, compression, created: built, createdBy: `COPY ${what} # buildkit` };
}

/** ENV, ARG, CMD, USER…: a history row without a layer. */
export function setting(line: string): HistoryFixture {
  return { created: built, created_by: line, empty_layer: true };
}
