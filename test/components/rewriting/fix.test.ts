/** Dockerfiles built by a real engine, fixed, and built again: what was promised is saved, and nothing else changes. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { binary } from "../../../scripts/samples/content.ts";
import { aptDebianTar, languageTar, smallDebianTar } from "../../helpers/components/debian-base.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { run } from "../../helpers/components/run.ts";
import { startAptRepository } from "../../helpers/indexes/apt-repository.ts";
import type { AptRepository } from "../../helpers/indexes/apt-repository.ts";
import { startPackageIndex } from "../../helpers/indexes/python-index.ts";
import type { PackageIndex } from "../../helpers/indexes/python-index.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";

interface Case {
  readonly name: string;
  readonly buildKit: boolean;
  readonly dockerfile: string;
  /** Fixes expected, in order. */
  readonly fixes: readonly string[];
  readonly args?: readonly string[];
  /** Folder of the context; the one with everything in it where it is left out. */
  readonly context?: string;
}

const cases: readonly Case[] = [
  {
    name: "apt's lists, on one line",
    buildKit: true,
    dockerfile: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n",
    fixes: ["apt-lists:2"],
  },
  {
    name: "apt's lists, with set -e and comments and CRLF, by the classic builder",
    buildKit: false,
    dockerfile:
      'FROM debian:bookworm\r\n# tools\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n# why\r\n    apt-get install -y --no-install-recommends tree; \\\r\n    tree --version\r\nCMD ["tree"]\r\n',
    fixes: ["apt-lists:3"],
  },
  {
    name: "a package that is only recommended",
    buildKit: true,
    dockerfile: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y app-tool && rm -rf /var/lib/apt/lists/* && apt-get clean\n",
    fixes: ["recommended-packages:2"],
  },
  {
    name: "pip's cache",
    buildKit: true,
    dockerfile: "FROM python\nRUN pip3 install --break-system-packages left right && python3 -c 'import left, right'\n",
    fixes: ["pip-cache:2"],
  },
  {
    name: "npm's cache, mounted, and node_modules from the host",
    buildKit: true,
    dockerfile: "FROM small\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n",
    fixes: ["dockerignore:3", "manifests-first:3", "npm-cache:4"],
  },
  {
    name: "npm's cache, by the classic builder",
    buildKit: false,
    dockerfile: "FROM small\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n",
    fixes: ["npm-cache:4"],
  },
  {
    name: "dependencies of development, where node starts the program",
    buildKit: true,
    dockerfile: 'FROM small\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCMD ["node", "server.js"]\n',
    fixes: ["dev-dependencies:4", "npm-cache:4"],
    context: "node",
  },
  {
    name: "a deletion that comes too late, past a command that does not matter",
    buildKit: false,
    dockerfile: "FROM small\nRUN head -c 3000000 /dev/urandom > /opt/sdk.bin\nRUN echo 1 > /etc/one\nRUN rm -f /opt/sdk.bin\n",
    fixes: ["late-delete:4"],
  },
  {
    name: "a chown of what COPY brought, where WORKDIR made the directory",
    buildKit: true,
    dockerfile: "FROM small\nWORKDIR /app\nCOPY src .\nRUN chown -R 1000:1000 /app\n",
    fixes: ["late-chown:4"],
  },
  {
    name: "a chmod of what COPY brought",
    buildKit: true,
    dockerfile: "FROM small\nCOPY src /app\nRUN chmod -R 755 /app\n",
    fixes: ["late-chmod:3"],
  },
  {
    name: "a chmod that keeps others out, of the directory too",
    buildKit: true,
    dockerfile: "FROM small\nCOPY src /app\nRUN chmod -R 700 /app\n",
    fixes: ["late-chmod:3"],
  },
  {
    name: ".git, by the classic builder, which reads the context's own ignore file",
    buildKit: false,
    dockerfile: "FROM small\nCOPY . /src\n",
    fixes: ["dockerignore:2"],
  },
  {
    name: "a download that was unpacked, in a stage that another stands on",
    buildKit: true,
    dockerfile:
      "FROM small AS fetch\nCOPY tool.tar /srv/\nRUN curl -fsSLo /opt/tool.tgz file:///srv/tool.tar && tar -xf /opt/tool.tgz -C /opt\nFROM fetch\nRUN test -f /opt/tool.bin\n",
    fixes: ["download:3"],
  },
  {
    name: "a secret that was a build argument",
    buildKit: true,
    dockerfile: 'FROM small\nARG GITHUB_TOKEN\nRUN printf %s "$GITHUB_TOKEN" | wc -c > /etc/length\n',
    fixes: ["secret-argument:2"],
    args: ["--build-arg", "GITHUB_TOKEN=ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
  },
];

/** Stands for npm: a cache, and the modules that are installed out of it. */
const npm = `#!/bin/sh
set -e
case "$1" in
ci)
  rm -rf node_modules
  mkdir -p ~/.npm/_cacache node_modules/left
  seq 60000 > ~/.npm/_cacache/index
  seq 20000 > node_modules/left/index.js
  echo '{"name":"left","version":"1.0.0"}' > node_modules/left/package.json
  case "$*" in
  *omit=dev*) ;;
  *)
    if grep -q tester package.json; then
      mkdir node_modules/tester
      seq 90000 > node_modules/tester/index.js
      echo '{"name":"tester","version":"1.0.0"}' > node_modules/tester/package.json
    fi
    ;;
  esac
  ;;
run) test -f node_modules/left/index.js; echo built > built.js;;
esac
`;

/** Stands for curl, with a file of this machine. */
const curl = `#!/bin/sh
exec cp "\${3#file://}" "$2"
`;

describeComponents(["dockerd", "mmdebstrap"], "ballast fix", () => {
  let docker: Dockerd;
  let packages: PackageIndex;
  let repository: AptRepository;
  let context: string;
  let predicted = 0;
  let measured = 0;

  beforeAll(async () => {
    docker = await startDockerd();
    const made = (name: string, dockerfile: string, files: Readonly<Record<string, string>> = {}): Promise<void> => {
      const directory = join(docker.directory, name);
      mkdirSync(directory);
      for (const [path, content] of Object.entries({ ...files, Dockerfile: dockerfile })) {
        writeFileSync(join(directory, path), content);
        chmodSync(join(directory, path), 0o755);
      }
      return docker.build(directory, name);
    };
    const source = (seed: string): string => `data = "${binary(seed, 300_000).toString("base64")}"\n`;
    [packages, repository] = await Promise.all([
      startPackageIndex({ left: source("left"), right: source("right") }),
      startAptRepository([
        { name: "tree", files: { "usr/bin/tree": "#!/bin/sh\necho 1.0\n" } },
        { name: "app-tool", fields: "Recommends: extra-data", files: { "usr/bin/app-tool": "#!/bin/sh\n" } },
        { name: "extra-data", files: { "usr/share/extra/data": binary("extra", 700_000) } },
      ]),
    ]);
    await docker.importRootfs(readFileSync(await aptDebianTar()), "imported/debian");
    await docker.importRootfs(readFileSync(await smallDebianTar()), "imported/small");
    await docker.importRootfs(readFileSync(await languageTar("python")), "imported/python");
    await made(
      "debian",
      `FROM imported/debian\nRUN rm -f /etc/apt/sources.list.d/* && echo "${repository.source}" > /etc/apt/sources.list\n`,
    );
    await docker.docker(["tag", "debian", "debian:bookworm"]);
    await made("python", `FROM imported/python\nENV PIP_INDEX_URL=${packages.url} PIP_TRUSTED_HOST=${packages.host}\n`);
    await made("small", "FROM imported/small\nCOPY --from=imported/debian /usr/bin/tar /usr/bin/\nCOPY npm curl /usr/local/bin/\n", {
      npm,
      curl,
    });
    context = join(docker.directory, "context");
    for (const directory of ["src", ".git/objects", "node_modules/left"]) mkdirSync(join(context, directory), { recursive: true });
    writeFileSync(join(context, "src/a.bin"), binary("a", 900_000));
    writeFileSync(join(context, ".git/objects/pack"), binary("pack", 500_000));
    writeFileSync(join(context, "node_modules/left/index.js"), binary("host", 400_000));
    writeFileSync(join(context, "package.json"), '{"name":"app"}');
    const tool = join(docker.directory, "tool.bin");
    writeFileSync(tool, binary("tool", 800_000));
    const lock = {
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { left: "1" }, devDependencies: { tester: "1" } },
        "node_modules/left": { version: "1.0.0" },
        "node_modules/tester": { version: "1.0.0", dev: true },
      },
    };
    mkdirSync(join(docker.directory, "node"));
    writeFileSync(join(docker.directory, "node/package.json"), JSON.stringify({ name: "app", ...lock.packages[""] }));
    writeFileSync(join(docker.directory, "node/package-lock.json"), JSON.stringify(lock));
    await run("tar", ["-cf", join(context, "tool.tar"), "-C", docker.directory, "tool.bin"]);
  }, 240_000);
  afterAll(async () => {
    await packages?.stop();
    await repository?.stop();
    await docker?.stop();
  });

  const fix = (
    image: string,
    file: string,
    { buildKit, args = [], context: folder = "context" }: Case,
    more: readonly string[],
  ): Promise<CliResult> =>
    runCli(
      [
        "fix",
        `docker-daemon:${image}`,
        "--dockerfile",
        file,
        "--context",
        join(docker.directory, folder),
        "--network",
        "host",
        "--json",
        ...args,
        ...more,
      ],
      {
        env: { PATH: `/usr/bin:${process.env["PATH"]}`, DOCKER_HOST: docker.host, DOCKER_BUILDKIT: buildKit ? "1" : "0" },
        timeout: 240_000,
      },
    );

  it.each(cases)(
    "$name",
    async (found) => {
      const image = `case/${cases.indexOf(found)}:1`;
      const file = join(docker.directory, `Dockerfile.${cases.indexOf(found)}`);
      writeFileSync(file, found.dockerfile);
      const build = { buildKit: found.buildKit, args: ["-f", file, ...(found.args ?? [])] };
      const folder = join(docker.directory, found.context ?? "context");
      await docker.build(folder, image, build);
      const result = await fix(image, file, found, ["--verify", "--write"]);
      expect(result.status, result.stderr).toBe(0);
      const document = JSON.parse(result.stdout) as {
        fixes: { id: string; applied: boolean }[];
        verification?: { predictedBytes: number; measuredBytes: number; takenOut: unknown[] };
      };
      // Compared in one: where no fix was found, nothing was verified either.
      const fixes = document.fixes.filter(({ applied }) => applied).map(({ id }) => id);
      expect({ fixes, takenOut: document.verification?.takenOut }).toEqual({ fixes: found.fixes, takenOut: [] });
      const verification = document.verification!;
      predicted += verification.predictedBytes;
      measured += verification.measuredBytes;
      // Built once more, there is nothing left to fix.
      const again = { ...found, args: found.name.includes("secret") ? ["--secret", `id=github-token,src=${file}`] : [] };
      await docker.build(folder, image, { ...build, args: ["-f", file, ...again.args] });
      const second = await fix(image, file, again, []);
      rmSync(join(context, ".dockerignore"), { force: true });
      expect((JSON.parse(second.stdout) as { fixes: unknown[] }).fixes).toEqual([]);
    },
    240_000,
  );

  it("saves at least nine tenths of what was promised, in sum", () => {
    expect(predicted).toBeGreaterThan(15_000_000);
    expect(measured / predicted).toBeGreaterThanOrEqual(0.9);
  });

  it("takes out a fix that breaks the build, and keeps the others", async () => {
    const file = join(docker.directory, "Dockerfile.breaks");
    // A program that reads what nobody names: the cache of the command before.
    const text =
      'FROM small\nWORKDIR /app\nRUN npm ci\nRUN find / -name index -path "*cacache*" | grep -q .\nRUN head -c 3000000 /dev/urandom > /opt/x\nRUN rm /opt/x\n';
    writeFileSync(file, text);
    const found = { name: "", buildKit: true, dockerfile: text, fixes: [] };
    await docker.build(context, "case/breaks:1", { buildKit: true, args: ["-f", file] });
    const result = await fix("case/breaks:1", file, found, ["--verify"]);
    expect(result.status, result.stderr).toBe(0);
    const { fixes, verification } = JSON.parse(result.stdout) as {
      fixes: { id: string; applied: boolean }[];
      verification: { takenOut: { id: string; reason: string }[] };
    };
    expect(verification.takenOut).toEqual([{ id: "npm-cache:3", reason: expect.stringContaining("with it the build fails") as string }]);
    expect(fixes.filter(({ applied }) => applied).map(({ id }) => id)).toEqual(["late-delete:6"]);
    expect(readFileSync(file, "utf8")).toBe(text);
  }, 240_000);
});
