/** Real images, built by a real Docker Engine from a Debian made by mmdebstrap: what people's Dockerfiles leave behind. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { prose } from "../../../../scripts/samples/content.ts";
import { smallDebianTar } from "../debian-base.ts";
import type { Dockerd } from "./dockerd.ts";

export const baseName = "debian:bookworm";

/** Secrets that the Dockerfiles below leak, for tests that look for them. */
export const leaks = {
  apiToken: "9fQ2xLw7Rk4ZtVb8",
  cachePassword: "correct-horse-7Hq2",
  npmToken: "npm_0000fakefakefakefakefakefakefakefake",
  buildToken: "tok-9f8e7d6c5b4a3f2e",
} as const;

/** A small application on Debian, by the classic builder: overwritten, chmodded, deleted and linked files, an opaque directory. */
const small = `FROM ${baseName}
COPY app/ /app/
ENV API_TOKEN=${leaks.apiToken}
RUN chmod -R g+w /app && rm /app/big.txt
RUN rm -rf /app/lib && mkdir /app/lib && echo new > /app/lib/new.txt && ln /app/lib/new.txt /app/lib/linked.txt
RUN rm -rf /usr/share/doc && cp /bin/true /usr/local/bin/suid && chmod 4755 /usr/local/bin/suid
RUN ln -s /app /srv/app && echo through > /srv/app/through.txt && mknod /dev/ballast c 1 3 && truncate -s 1M /app/sparse
USER nobody
CMD ["/app/run.sh"]
`;

/** Two stages, by BuildKit: build arguments, COPY --from, a secret written and removed in one step. */
const buildKit = `FROM ${baseName} AS build
ARG NPM_TOKEN
COPY app/ /src/
RUN echo "$NPM_TOKEN" > /src/token
FROM ${baseName}
ARG NPM_TOKEN
ENV APP_SECRET=${leaks.apiToken}
COPY --from=build /src /app
RUN echo "//registry.example.com/:_authToken=$NPM_TOKEN" > /root/.npmrc
RUN rm /root/.npmrc /app/token && touch /app/run.sh && chown -R 1000:1000 /app
CMD ["/app/run.sh"]
`;

const dockerfiles = { small, "build-kit": buildKit } as const;
export type RealImage = keyof typeof dockerfiles;

/** Builds the image on the engine and returns its name there. The base is imported first where it is not. */
export async function buildRealImage(engine: Dockerd, image: RealImage): Promise<string> {
  await ensureBase(engine);
  const context = join(engine.directory, `context-${image}`);
  writeContext(context);
  writeFileSync(join(context, "Dockerfile"), dockerfiles[image]);
  const name = `ballast/${image}:1`;
  const args = ["--build-arg", `NPM_TOKEN=${leaks.npmToken}`];
  await engine.build(context, name, { buildKit: image === "build-kit", args: image === "small" ? [] : args });
  return name;
}

async function ensureBase(engine: Dockerd): Promise<void> {
  const known = await engine.docker(["images", "-q", baseName]);
  if (known.length === 0) await engine.importRootfs(readFileSync(await smallDebianTar()), baseName);
}

function writeContext(context: string): void {
  mkdirSync(join(context, "app/lib"), { recursive: true });
  writeFileSync(join(context, "app/run.sh"), "#!/bin/sh\necho running\n", { mode: 0o755 });
  writeFileSync(join(context, "app/big.txt"), prose("big", 400_000));
  for (const name of ["one", "two", "three"]) writeFileSync(join(context, "app/lib", `${name}.txt`), prose(name, 20_000));
}
