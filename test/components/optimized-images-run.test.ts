/** Images whose programs lie where caches lie: built by Docker, optimised with defaults, run again, and saying the same. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../helpers/components/available.ts";
import { debianToolsTar } from "../helpers/components/debian-base.ts";
import { startDockerd } from "../helpers/components/dockerd.ts";
import type { Dockerd } from "../helpers/components/dockerd.ts";
import { copyRealProgram } from "../helpers/components/real-programs.ts";
import type { RealProgram } from "../helpers/components/real-programs.ts";
import { runCli } from "../helpers/run-cli.ts";

interface RunningImage {
  /** What a real tool installed lies at /root/program while the image is built. */
  readonly program?: RealProgram;
  readonly dockerfile: string;
  readonly says: string;
  /** Flags beside the defaults. */
  readonly flags?: readonly string[];
  /** A file, or a folder of files, that must be gone from the result. */
  readonly dropped: string;
}

const junk = (path: string): string => `mkdir -p $(dirname ${path}) && head -c 60000 /dev/zero > ${path}`;
/** A package that setuptools, which every environment has, installs without a network. */
const python = `printf 'from setuptools import setup\\nsetup(name="hello", version="1", py_modules=["hello"], entry_points={"console_scripts": ["hello=hello:main"]})\\n' > /src/setup.py && printf 'def main():\\n    print("hello from python")\\n' > /src/hello.py`;
const install = (venv: string): string =>
  `mkdir -p /src && ${python} && python3 -m venv ${venv} && ${venv}/bin/pip install -q --no-index --no-build-isolation /src`;

const images: Record<string, RunningImage> = {
  "a virtual environment": {
    dockerfile: `RUN ${install("/app/.venv")}\nRUN ${junk("/root/.cache/pip/http-v2/a/b")}\nWORKDIR /app\nENV PATH=/app/.venv/bin:$PATH\nCMD ["hello"]`,
    says: "hello from python\n",
    dropped: "/root/.cache/pip/http-v2/a/b",
  },
  "Poetry's environment in its cache directory": {
    dockerfile: `RUN ${install("/root/.cache/pypoetry/virtualenvs/app-x1-py3.11")}\nRUN ${junk("/root/.cache/pypoetry/artifacts/a/b.whl")}\nCMD ["/root/.cache/pypoetry/virtualenvs/app-x1-py3.11/bin/hello"]`,
    says: "hello from python\n",
    dropped: "/root/.cache/pypoetry/artifacts/a/b.whl",
  },
  "uv's environment of symlinks into its cache": {
    program: "uv",
    dockerfile: `RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install -q --no-index --find-links /root/program uv && /opt/uv/bin/uv venv -q /app/.venv && UV_LINK_MODE=symlink /opt/uv/bin/uv pip install -q --no-index --find-links /root/program --python /app/.venv six\nRUN ${junk("/root/.cache/uv/wheels-v5/a.whl")}\nCMD ["/app/.venv/bin/python", "-c", "import six; print(six.__version__)"]`,
    says: "1.17.0\n",
    dropped: "/root/.cache/uv/wheels-v5",
  },
  "a program that npx installed": {
    program: "npx",
    dockerfile: `RUN cp -a /root/program/.npm /root/.npm && rm -r /root/program\nCMD ["sh", "-c", "exec $HOME/.npm/_npx/*/node_modules/.bin/semver 1.2.3 -i minor"]`,
    says: "1.3.0\n",
    dropped: "/root/.npm/_cacache",
  },
  "yarn's Plug'n'Play map of zips": {
    program: "yarn",
    dockerfile: `RUN cp -a /root/program/. /root/ && rm -r /root/program\nRUN ${junk("/root/.yarn/berry/cache/unused-npm-1.zip")}\nWORKDIR /root/app\nCMD ["node", "-r", "./.pnp.cjs", "main.js"]`,
    says: "three is odd: true\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.yarn/berry/cache/unused-npm-1.zip",
  },
  "pnpm's modules": {
    program: "pnpm",
    dockerfile: `RUN cp -a /root/program/. /root/ && rm -r /root/program\nWORKDIR /root/app\nCMD ["node", "main.js"]`,
    says: "three is odd: true\n",
    dropped: "/root/.cache/pnpm/metadata",
  },
  "a program of Go": {
    program: "go",
    dockerfile: `RUN mkdir -p /app && cp -a /root/program/hello /app/hello && cp -a /root/program/.cache /root/.cache && cp -a /root/program/go /go && rm -r /root/program\nCMD ["/app/hello"]`,
    says: "Don't communicate by sharing memory, share memory by communicating.\n",
    dropped: "/root/.cache/go-build",
  },
  "a package that apt installed": {
    dockerfile: `RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends jq\nCMD ["sh", "-c", "echo '{\\"a\\":7}' | jq .a"]`,
    says: "7\n",
    dropped: "/var/lib/apt/lists",
  },
  "a launch script with archives of the local repository": {
    dockerfile: `RUN mkdir -p /app/bin /root/.m2/repository/org/hello/1 /tmp/z && echo 'print("hello from the repository")' > /tmp/z/__main__.py && cd /tmp/z && python3 -m zipfile -c /root/.m2/repository/org/hello/1/hello-1.jar __main__.py && printf '#!/bin/sh\\nREPO="$HOME"/.m2/repository\\nexec python3 "$REPO"/org/hello/1/hello-1.jar\\n' > /app/bin/run && printf '#!/bin/sh\\nexec python3 $HOME/.m2/repository/org/hello/1/hello-1.jar\\n' > /app/bin/run && chmod +x /app/bin/run\nRUN ${junk("/root/.m2/repository/org/unused/1/unused-1.jar")}\nENTRYPOINT ["/app/bin/run"]`,
    says: "hello from the repository\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.m2/repository/org/unused/1/unused-1.jar",
  },
  "a job of cron": {
    dockerfile: `RUN mkdir -p /var/tmp/job /etc/cron.daily && printf '#!/bin/sh\\n. /var/tmp/job/lib.sh\\ngreet cron\\n' > /var/tmp/job/run && echo 'greet() { echo "hello from $1"; }' > /var/tmp/job/lib.sh && printf '#!/bin/sh\\nexec /var/tmp/job/run\\n' > /etc/cron.daily/hello && chmod +x /var/tmp/job/run /etc/cron.daily/hello\nRUN ${junk("/var/tmp/build.log")}\nCMD ["/etc/cron.daily/hello"]`,
    says: "hello from cron\n",
    dropped: "/var/tmp/build.log",
  },
  "a program under /tmp, by way of a symlink in PATH": {
    dockerfile: `RUN mkdir -p /tmp/dist/bin && cp /bin/echo /tmp/dist/bin/say && ln -s /tmp/dist/bin/say /usr/local/bin/say\nRUN ${junk("/tmp/cc1.s")}\nENTRYPOINT ["say", "hello from dist"]`,
    says: "hello from dist\n",
    dropped: "/tmp/cc1.s",
  },
  "equal files in a volume": {
    dockerfile: `RUN mkdir -p /data && yes a=1 | head -c 8000 > /data/default.conf && cp -p /data/default.conf /data/current.conf\nRUN ${junk("/tmp/junk")}\nVOLUME /data\nCMD ["sh", "-c", "echo changed >> /data/current.conf && tail -n 1 /data/default.conf | head -c 3"]`,
    says: "a=1",
    dropped: "/tmp/junk",
  },
};

describeComponents(["dockerd", "mmdebstrap"], "an optimised image", () => {
  const base = "debian:bookworm-tools";
  let docker: Dockerd;
  beforeAll(async () => {
    docker = await startDockerd();
    await docker.importRootfs(readFileSync(await debianToolsTar()), base);
  }, 300_000);
  afterAll(() => docker?.stop());

  let number = 0;
  it.each(Object.entries(images))(
    "runs as before: %s",
    { timeout: 180_000 },
    async (_, { program, dockerfile, says, flags = [], dropped }) => {
      const name = `runs/image-${(number += 1)}`;
      const context = join(docker.directory, `context-${number}`);
      mkdirSync(context);
      if (program !== undefined) await copyRealProgram(program, join(context, "program"));
      const copy = program === undefined ? "" : "COPY program /root/program\n";
      writeFileSync(join(context, "Dockerfile"), `FROM ${base}\n${copy}${dockerfile}\n`);
      await docker.build(context, `${name}:1`);
      const run = async (tag: string): Promise<string> =>
        (await docker.docker(["run", "--rm", "--network", "none", `${name}:${tag}`])).toString();
      expect(await run("1")).toBe(says);

      const host = { DOCKER_HOST: docker.host };
      const result = await runCli(["optimize", `docker-daemon:${name}:1`, "--from", "1", ...flags, "-o", `docker-daemon:${name}:slim`], {
        env: host,
        timeout: 120_000,
      });
      expect([result.status, result.stdout]).toEqual([0, expect.stringContaining("resolve as before")]);
      expect(await run("slim")).toBe(says);
      const filesLeft = async (tag: string): Promise<string> => {
        const find = ["sh", "-c", `find ${dropped} -type f -size +0 2>/dev/null | grep -v lock$ | head -n 1`];
        return (await docker.docker(["run", "--rm", "--network", "none", "--entrypoint", "", `${name}:${tag}`, ...find])).toString();
      };
      expect(await filesLeft("1")).not.toBe("");
      expect(await filesLeft("slim")).toBe("");
    },
  );
});
