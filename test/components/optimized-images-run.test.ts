/** Images whose programs lie where caches lie: built by Docker, optimised with defaults, run again, and saying the same. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../helpers/components/available.ts";
import { debianToolsTar } from "../helpers/components/debian-base.ts";
import { startDockerd } from "../helpers/components/dockerd.ts";
import type { Dockerd } from "../helpers/components/dockerd.ts";
import { runCli } from "../helpers/run-cli.ts";

interface RunningImage {
  readonly dockerfile: string;
  readonly says: string;
  /** Flags beside the defaults. */
  readonly flags?: readonly string[];
  /** What must be gone from the result. */
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
    dockerfile: `RUN python3 -m venv --without-pip /app/.venv && mkdir -p /root/.cache/uv/archive-v0/h1/hello && echo 'print("hello from uv")' > /root/.cache/uv/archive-v0/h1/hello/__main__.py && ln -s /root/.cache/uv/archive-v0/h1/hello /app/.venv/lib/python3.11/site-packages/hello\nRUN ${junk("/root/.cache/uv/wheels-v5/a.whl")}\nCMD ["/app/.venv/bin/python", "-m", "hello"]`,
    says: "hello from uv\n",
    dropped: "/root/.cache/uv/wheels-v5/a.whl",
  },
  "a program that npx installed": {
    dockerfile: `RUN mkdir -p /root/.npm/_npx/1a2b/node_modules/hello /root/.npm/_npx/1a2b/node_modules/.bin && printf '#!/usr/bin/env node\\nconsole.log(require("./lib.js"))\\n' > /root/.npm/_npx/1a2b/node_modules/hello/cli.js && echo 'module.exports = "hello from npx"' > /root/.npm/_npx/1a2b/node_modules/hello/lib.js && chmod +x /root/.npm/_npx/1a2b/node_modules/hello/cli.js && ln -s ../hello/cli.js /root/.npm/_npx/1a2b/node_modules/.bin/hello\nRUN ${junk("/root/.npm/_cacache/content-v2/a")}\nCMD ["sh", "-c", "exec $HOME/.npm/_npx/1a2b/node_modules/.bin/hello"]`,
    says: "hello from npx\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.npm/_cacache/content-v2/a",
  },
  "yarn's Plug'n'Play map": {
    dockerfile: `RUN mkdir -p /app /root/.yarn/berry/cache/hello && echo 'module.exports = "hello from yarn"' > /root/.yarn/berry/cache/hello/index.js && printf 'const path = require("path"), Module = require("module");\\nconst map = { hello: "../root/.yarn/berry/cache/hello/" };\\nconst old = Module._resolveFilename;\\nModule._resolveFilename = (name, ...rest) => (map[name] ? path.join(__dirname, map[name], "index.js") : old(name, ...rest));\\n' > /app/.pnp.cjs && echo 'console.log(require("hello"))' > /app/main.js\nRUN ${junk("/root/.yarn/berry/cache/unused-npm-1.zip")}\nWORKDIR /app\nCMD ["node", "-r", "./.pnp.cjs", "main.js"]`,
    says: "hello from yarn\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.yarn/berry/cache/unused-npm-1.zip",
  },
  "pnpm's links into its store": {
    dockerfile: `RUN mkdir -p /app/node_modules /root/.local/share/pnpm/store/v10/links/hello/1.0.0 && echo 'module.exports = "hello from pnpm"' > /root/.local/share/pnpm/store/v10/links/hello/1.0.0/index.js && ln -s /root/.local/share/pnpm/store/v10/links/hello/1.0.0 /app/node_modules/hello && echo 'console.log(require("hello"))' > /app/main.js\nRUN ${junk("/root/.local/share/pnpm/store/v10/files/00/ab")}\nWORKDIR /app\nCMD ["node", "main.js"]`,
    says: "hello from pnpm\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.local/share/pnpm/store/v10/files/00/ab",
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
  it.each(Object.entries(images))("runs as before: %s", { timeout: 180_000 }, async (_, { dockerfile, says, flags = [], dropped }) => {
    const name = `runs/image-${(number += 1)}`;
    const context = join(docker.directory, `context-${number}`);
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), `FROM ${base}\n${dockerfile}\n`);
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
    const gone = await docker.docker([
      "run",
      "--rm",
      "--network",
      "none",
      "--entrypoint",
      "/bin/sh",
      `${name}:slim`,
      "-c",
      `test -e ${dropped} || echo gone`,
    ]);
    expect(gone.toString()).toBe("gone\n");
  });
});
