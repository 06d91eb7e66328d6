/** Dockerfiles beside an image that they did not make: matched, shown with their prices, fixed; what comes out is one as well. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { fixDockerfile, patchOf } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { loadRules } from "../../../analyzers/secrets/match/user/load-rules.ts";
import { withDockerfile } from "../../../src/commands/shared/dockerfile.ts";
import { analyzeImage } from "../../../src/operations/analyze-image.ts";
import { manifestTexts } from "../../../src/operations/manifest-texts.ts";
import { renderFixText } from "../../../src/report/fix/text.ts";
import { reportFormats } from "../../../src/report/options.ts";
import { renderReport } from "../../../src/report/render.ts";
import { Scanner } from "../../../src/scan/scanner.ts";
import { openImage } from "../../../src/transports/open.ts";
import { dockerArchive } from "../../../test/helpers/image-fixture.ts";
import type { LayerFixture } from "../../../test/helpers/image-fixture.ts";
import { file } from "../../../test/helpers/tar-fixture.ts";
import { entry } from "../images.ts";
import { hostileText, mutateBytes, mutateText } from "../mutate.ts";
import { Finding, plainText, refusal } from "../oracles.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

/** One of every instruction, and what the fixes look for. */
const dockerfileLines: readonly string[] = [
  "FROM build",
  "FROM scratch AS last",
  "# syntax=docker/dockerfile:1",
  "# escape=`",
  "ARG VERSION",
  "ARG TOKEN=none",
  "ENV A=1 B='two words' C=${VERSION:-x} D=$A",
  "ENV LEGACY some legacy words",
  'LABEL org.example.title="My image"',
  "WORKDIR /app",
  "COPY . .",
  "COPY --chown=app:app --from=build /out /out",
  'COPY ["with space", "/spaced/"]',
  "COPY package.json ./",
  "ADD https://example.test/big.tar.gz /tmp/",
  "RUN apt-get update && apt-get install -y curl",
  "RUN apt-get update \\\n  # a comment between\n  && apt-get install -y --no-install-recommends git",
  "RUN pip install -r requirements.txt",
  "RUN npm ci && npm run build",
  "RUN --mount=type=cache,target=/root/.cache go build ./...",
  "RUN rm -rf /var/lib/apt/lists/*",
  "RUN chown -R app:app /app",
  "RUN chmod -R g+w /app",
  "RUN useradd -u 4000000000 app",
  'RUN ["/bin/sh", "-c", "echo exec"]',
  "RUN <<EOF\necho one\necho two\nEOF",
  "RUN echo $TOKEN > /root/.npmrc",
  "RUN curl -o /tmp/x.tgz https://example.test/x.tgz && tar xzf /tmp/x.tgz",
  "RUN rm /tmp/x.tgz big",
  'SHELL ["/bin/bash", "-c"]',
  "VOLUME /data",
  "EXPOSE 80",
  "USER app",
  "HEALTHCHECK CMD true",
  "ONBUILD COPY . /x",
  "STOPSIGNAL 9",
  'ENTRYPOINT ["app"]',
  "CMD app",
];

export const dockerfiles: Target = {
  name: "dockerfiles",
  weight: 2,
  run: async (random, directory) => {
    const lines = ["FROM debian:12 AS build", ...random.times(14, () => random.of(dockerfileLines))];
    const written = lines.join(random.oneIn(8) ? "\r\n" : "\n");
    const text = random.oneIn(3)
      ? written
      : random.oneIn(4)
        ? mutateBytes(random, Buffer.from(written)).toString()
        : mutateText(random, written);
    const archive = join(directory, "image.tar");
    writeFileSync(archive, dockerArchive({ layers: lines.slice(1).map((line) => layer(random, line)) }));
    const rules = await loadRules();
    const secrets = { mode: "full" as const, rules: async () => rules };
    const scanner = new Scanner({ verify: true, rules: { id: rules.id, options: rules.options }, cacheDirectory: null, workers: 0 });
    try {
      const buildArgs = new Map([["VERSION", random.oneIn(3) ? hostileText(random) : "1"]]);
      const dockerfile = await parseDockerfile(text, "Dockerfile", buildArgs);
      const image = await openImage(archive, { platform: null, verify: true, connection: {} });
      try {
        const named = { dockerfile, target: random.oneIn(8) ? hostileText(random) : null, buildArgs };
        const analysis = await withDockerfile(await analyzeImage(image, { scanner, secrets }), named, secrets);
        const format = random.of(reportFormats);
        plainText(`the ${format} report`, await renderReport(format, analysis, {}));
        const { match } = analysis.dockerfile!;
        const texts = await manifestTexts(image, analysis.tree);
        const ignore = { path: ".dockerignore", text: random.oneIn(2) ? null : hostileText(random) };
        const fixed = fixDockerfile(match, { ...analysis, texts }, ignore, { only: null, except: [] });
        await patchOf("Dockerfile", text, fixed.text);
        plainText(
          "the fixes",
          renderFixText(fixed, { file: "Dockerfile", reference: "app", columns: 80, notes: match.notes, verification: null }),
        );
        if (fixed.fixes.length === 0 && fixed.text !== text) throw new Finding("no fix was made, and the Dockerfile is another one");
        const again = await parseDockerfile(fixed.text, "Dockerfile", buildArgs);
        if (again.stages.length !== dockerfile.stages.length)
          throw new Finding(`fixes made ${again.stages.length} stages of ${dockerfile.stages.length}`);
        return fixed.fixes.length > 0 ? "fixed" : "read";
      } finally {
        await image.close();
      }
    } catch (error) {
      return refusal(error);
    } finally {
      await scanner.close();
    }
  },
};

/** What an instruction may have left behind, so that there is something to fix. */
function layer(random: Random, line: string): LayerFixture {
  const left = [
    "var/lib/apt/lists/deb",
    "var/cache/apt/archives/a.deb",
    "root/.cache/pip/x",
    "root/.npm/_cacache/y",
    "app/.git/HEAD",
    "big",
  ];
  return {
    content: random.oneIn(2) ? [file(random.of(left), "x".repeat(5000))] : random.times(4, () => entry(random)),
    createdBy: random.oneIn(6) ? hostileText(random) : `${line.startsWith("RUN") ? "RUN /bin/sh -c " + line.slice(4) : line} # buildkit`,
  };
}
