/** Which line a finding gets that lies in no layer, and what an excerpt shows of the file. */
import { describe, expect, it } from "vitest";

import { excerptOf } from "../../../analyzers/dockerfile/bill.ts";
import { secretLocation } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts } from "../../../analyzers/dockerfile/located.ts";
import { matchDockerfile } from "../../../analyzers/dockerfile/match.ts";
import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import type { SecretSurface } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { imageWith } from "../../helpers/image/dockerfile-image.ts";

async function factsOf(text: string, rows: readonly string[]): Promise<DockerfileFacts> {
  const dockerfile = await parseDockerfile(text, "Dockerfile");
  const match = matchDockerfile(dockerfile, imageWith(rows), { target: null, buildArgs: new Map(), baseLayers: null });
  return { match, lines: text.split("\n"), repositoryPath: null };
}

describe("a secret of the config", () => {
  const text = `FROM debian AS build
ARG TOKEN
FROM debian
ENV TOKEN=a
ENV TOKEN=b OTHER=c
LABEL TOKEN=d
HEALTHCHECK CMD curl -u me:e localhost
CMD ["app", "--token", "f"]
`;
  const lineOf = async (dockerfile: string, surface: SecretSurface, key?: string) =>
    secretLocation(await factsOf(dockerfile, ["layer|rootfs"]), { surface, ...(key === undefined ? {} : { key }) })?.line;

  it.each<[SecretSurface, string | undefined, number | undefined]>([
    // The last one wins, as it does in the image.
    ["env", "TOKEN", 5],
    ["label", "TOKEN", 6],
    ["healthcheck", undefined, 7],
    // An option of a command may be called like a variable.
    ["command", "TOKEN", 8],
    // ARG of a stage that is not in the image.
    ["build-arg", "TOKEN", undefined],
    // Set by the base image.
    ["env", "PATH", undefined],
    ["provenance", "TOKEN", undefined],
  ])("%s %s", async (surface, key, line) => {
    expect(await lineOf(text, surface, key)).toBe(line);
  });

  it("of CMD or ENTRYPOINT, where both are there: it cannot be told which, and is not guessed", async () => {
    expect(await lineOf(`${text}ENTRYPOINT ["run"]\n`, "command")).toBeUndefined();
  });
});

describe("an excerpt", () => {
  const layers = [1, 20, 300].map((bytes, index) => ({ bytes, wastedBytes: index }));

  it("has the instruction with two lines on each side, and its price", async () => {
    const text = 'FROM debian\n# one\n# two\nRUN a \\\n    && b\n# three\nCOPY x /x\nCMD ["x"]\n';
    const facts = await factsOf(text, ["layer|rootfs", "layer|RUN /bin/sh -c a     && b # buildkit", "layer|COPY x /x # buildkit"]);
    const excerpt = excerptOf(facts, layers, 1);
    expect(excerpt?.price).toEqual({ bytes: 20, wastedBytes: 1 });
    expect(excerpt?.rows.map(({ number, isInstruction }) => `${number}${isInstruction ? "*" : ""}`)).toEqual([
      "2",
      "3",
      "4*",
      "5*",
      "6",
      "7",
    ]);
  });

  it("is cut where an instruction is long, and is none where the line is not known", async () => {
    const text = `FROM debian\nRUN ${Array.from({ length: 40 }, (_, at) => `c${at}`).join(" \\\n ")}\n`;
    const row = `layer|RUN /bin/sh -c ${Array.from({ length: 40 }, (_, at) => `c${at}`).join("  ")} # buildkit`;
    const facts = await factsOf(text, ["layer|rootfs", row, "layer|something else"]);
    expect(excerptOf(facts, layers, 1)?.rows.map(({ number }) => number)).toEqual([
      1,
      ...Array.from({ length: 12 }, (_, at) => at + 2),
      42,
    ]);
    expect(excerptOf(facts, layers, 2)).toBeNull();
  });
});
