import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { fillTemplate } from "../analyzers/secrets/fill-template.ts";
import { describeComponents } from "../helpers/components/available.ts";
import { debianBaseTar } from "../helpers/components/debian-base.ts";
import { startDockerd } from "../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../helpers/components/engines/dockerd.ts";
import { runCli } from "../helpers/run-cli.ts";

interface Finding {
  rule: string;
  severity: string;
  state: string;
  locations: { surface: string; layer?: number; path?: string; key?: string; createdBy?: string }[];
}

const alnum = (n: number): string => fillTemplate(`{alnum:${n}}`);

describeComponents(["dockerd", "mmdebstrap"], "secrets of an image that Docker built", () => {
  const planted = {
    arg: alnum(24),
    env: alnum(20),
    copied: fillTemplate("glpat-{alnum:20}"),
    made: alnum(32),
    kept: fillTemplate("ghp_{crc32}"),
  };
  let docker: Dockerd;
  let context: string;
  beforeAll(async () => {
    docker = await startDockerd();
    await docker.importRootfs(readFileSync(await debianBaseTar()), "debian:test");
    context = join(docker.directory, "context");
    mkdirSync(context);
    writeFileSync(join(context, "deploy.env"), `GITLAB_TOKEN=${planted.copied}\n`);
    writeFileSync(join(context, "settings.ini"), `[github]\ntoken = ${planted.kept}\n`);
    writeFileSync(
      join(context, "Dockerfile"),
      [
        "FROM debian:test",
        "ARG VERSION=1.2",
        "ARG DEPLOY_TOKEN",
        `ENV DB_PASSWORD=${planted.env}`,
        "COPY deploy.env /app/deploy.env",
        'RUN test -n "$DEPLOY_TOKEN" && echo built > /app/built',
        `RUN echo "//r.example.org/:_authToken=${planted.made}" > /root/.npmrc`,
        "RUN rm /app/deploy.env /root/.npmrc",
        "COPY settings.ini /app/settings.ini",
        "",
      ].join("\n"),
    );
  }, 180_000);
  afterAll(() => docker?.stop());

  it.each([false, true])(
    "finds all of them at the right layer, in the right state (BuildKit: %s)",
    { timeout: 120_000 },
    async (buildKit) => {
      const tag = `planted:${buildKit ? "buildkit" : "classic"}`;
      await docker.build(context, tag, { buildKit, args: ["--build-arg", `DEPLOY_TOKEN=${planted.arg}`] });
      const { stdout, stderr, status } = await runCli(["secrets", "--json", `docker-daemon:${tag}`], { env: { DOCKER_HOST: docker.host } });
      expect(status, stderr).toBe(0);
      const { secrets } = JSON.parse(stdout) as { secrets: Finding[] };
      const serious = secrets.filter(({ severity }) => !["low", "info"].includes(severity));
      const rows = serious.map(
        ({ rule, state, locations }) =>
          `${rule} ${state}: ${[...new Set(locations.map((l) => l.path ?? [l.surface, l.key].join(" ").trim()))].sort().join(", ")}`,
      );
      expect(rows.sort()).toEqual([
        "github-pat present: /app/settings.ini",
        "gitlab-pat deleted in layer 4 but recoverable: /app/deploy.env",
        "key-value metadata: build-arg DEPLOY_TOKEN",
        // The classic builder writes the environment a second time, into `container_config`.
        `key-value metadata: env DB_PASSWORD, history DB_PASSWORD${buildKit ? "" : ", legacy-config DB_PASSWORD"}`,
        "npmrc-auth-token deleted in layer 4 but recoverable: /root/.npmrc",
        "npmrc-auth-token metadata: history",
      ]);
      const layerOf = (path: string): number | undefined =>
        serious.flatMap(({ locations }) => locations).find((l) => l.path === path)?.layer;
      expect([layerOf("/app/deploy.env"), layerOf("/root/.npmrc"), layerOf("/app/settings.ini")]).toEqual([1, 3, 5]);
      for (const secret of Object.values(planted)) expect(stdout).not.toContain(secret);
    },
  );

  it("finds nothing of medium severity or above in the plain base", { timeout: 120_000 }, async () => {
    const { stdout } = await runCli(["secrets", "--json", "docker-daemon:debian:test"], { env: { DOCKER_HOST: docker.host } });
    const { secrets } = JSON.parse(stdout) as { secrets: Finding[] };
    expect(secrets.filter(({ severity }) => !["low", "info"].includes(severity))).toEqual([]);
  });
});
