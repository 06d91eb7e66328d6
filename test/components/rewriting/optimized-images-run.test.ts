/** Images whose programs lie where caches lie: built by Docker, optimised with defaults, run again, and saying the same. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { languageTar, smallDebianTar } from "../../helpers/components/debian-base.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { copyRealProgram } from "../../helpers/components/real-programs.ts";
import type { RealProgram } from "../../helpers/components/real-programs.ts";
import { runCli } from "../../helpers/run-cli.ts";

type Base = "small" | "python" | "node" | "unknown";

interface RunningImage {
  /** `unknown` is a small one of which nothing tells where it ends, so that all is merged. */
  readonly base: Base;
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
const poetryProject = `printf '[tool.poetry]\\nname = "app"\\nversion = "1"\\ndescription = ""\\nauthors = []\\n[tool.poetry.dependencies]\\npython = "^3.11"\\nsix = {path = "/root/program/six-1.17.0-py2.py3-none-any.whl"}\\n' > pyproject.toml`;
const lang3 = "org/apache/commons/commons-lang3/3.14.0/commons-lang3-3.14.0.jar";

const images: Record<string, RunningImage> = {
  "a virtual environment beside what apt installed": {
    base: "python",
    dockerfile: `RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends jq
RUN mkdir -p /src && ${python} && python3 -m venv /app/.venv && /app/.venv/bin/pip install -q --no-index --no-build-isolation /src
RUN ${junk("/root/.cache/pip/http-v2/a/b")}
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH
CMD ["sh", "-c", "hello && echo '{\\"a\\":7}' | jq .a"]`,
    says: "hello from python\n7\n",
    dropped: "/root/.cache/pip/http-v2/a/b /var/lib/apt/lists",
  },
  "Poetry's environment in its cache directory": {
    base: "python",
    program: "poetry",
    dockerfile: `RUN python3 -m venv /opt/poetry && /opt/poetry/bin/pip install -q --no-index --no-compile --find-links /root/program poetry
WORKDIR /app
RUN ${poetryProject} && /opt/poetry/bin/poetry install -q --no-root
RUN ${junk("/root/.cache/pypoetry/artifacts/a/b.whl")}
CMD ["sh", "-c", "exec /root/.cache/pypoetry/virtualenvs/app-*/bin/python -c 'import six; print(six.__version__)'"]`,
    says: "1.17.0\n",
    dropped: "/root/.cache/pypoetry/artifacts",
  },
  "uv's environment of symlinks into its cache": {
    base: "python",
    program: "uv",
    dockerfile: `RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install -q --no-index --find-links /root/program uv && /opt/uv/bin/uv venv -q /app/.venv && UV_LINK_MODE=symlink /opt/uv/bin/uv pip install -q --no-index --find-links /root/program --python /app/.venv six
RUN ${junk("/root/.cache/uv/wheels-v5/a.whl")}
CMD ["/app/.venv/bin/python", "-c", "import six; print(six.__version__)"]`,
    says: "1.17.0\n",
    dropped: "/root/.cache/uv/wheels-v5",
  },
  "a program that npx installed": {
    base: "node",
    program: "npx",
    dockerfile: `RUN cp -a /root/program/.npm /root/.npm && rm -r /root/program
CMD ["sh", "-c", "exec $HOME/.npm/_npx/*/node_modules/.bin/semver 1.2.3 -i minor"]`,
    says: "1.3.0\n",
    dropped: "/root/.npm/_cacache",
  },
  "yarn's Plug'n'Play map of zips": {
    base: "node",
    program: "yarn",
    dockerfile: `RUN cp -a /root/program/. /root/ && rm -r /root/program
RUN ${junk("/root/.yarn/berry/cache/unused-npm-1.zip")}
WORKDIR /root/app
CMD ["node", "-r", "./.pnp.cjs", "main.js"]`,
    says: "three is odd: true\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.yarn/berry/cache/unused-npm-1.zip",
  },
  "pnpm's modules": {
    base: "node",
    program: "pnpm",
    dockerfile: `RUN cp -a /root/program/. /root/ && rm -r /root/program
WORKDIR /root/app
CMD ["node", "main.js"]`,
    says: "three is odd: true\n",
    dropped: "/root/.cache/pnpm/metadata",
  },
  "a class path into Maven's repository": {
    base: "small",
    program: "maven",
    dockerfile: `RUN cp -a /root/program/. /root/ && rm -r /root/program && printf '#!/bin/sh\\nREPO="$HOME"/.m2/repository\\nexec /root/java/bin/java -cp "/root/classes:$REPO/${lang3}" Main\\n' > /usr/local/bin/start && chmod +x /usr/local/bin/start
ENTRYPOINT ["start"]`,
    says: "Maven\n",
    flags: ["--drop", "caches,temp,stores"],
    dropped: "/root/.m2/repository/org/apache/maven",
  },
  "a program of Go": {
    base: "small",
    program: "go",
    dockerfile: `RUN mkdir -p /app && cp -a /root/program/hello /app/hello && cp -a /root/program/.cache /root/.cache && cp -a /root/program/go /go && rm -r /root/program
CMD ["/app/hello"]`,
    says: "Don't communicate by sharing memory, share memory by communicating.\n",
    dropped: "/root/.cache/go-build",
  },
  "a job of cron": {
    base: "unknown",
    dockerfile: `RUN mkdir -p /var/tmp/job /etc/cron.daily && printf '#!/bin/sh\\nJOB=/var/tmp/job\\n. $JOB/lib.sh\\ngreet cron\\n' > /var/tmp/job/run && echo 'greet() { echo "hello from $1"; }' > /var/tmp/job/lib.sh && printf '#!/bin/sh\\nexec /var/tmp/job/run\\n' > /etc/cron.daily/hello && chmod +x /var/tmp/job/run /etc/cron.daily/hello
RUN ${junk("/var/tmp/build.log")}
CMD ["/etc/cron.daily/hello"]`,
    says: "hello from cron\n",
    dropped: "/var/tmp/build.log",
  },
  "a program under /tmp, by way of a symlink in PATH": {
    base: "small",
    dockerfile: `RUN mkdir -p /tmp/dist/bin && cp /bin/echo /tmp/dist/bin/say && ln -s /tmp/dist/bin/say /usr/local/bin/say
RUN ${junk("/tmp/cc1.s")}
ENTRYPOINT ["say", "hello from dist"]`,
    says: "hello from dist\n",
    dropped: "/tmp/cc1.s",
  },
  "equal files in a volume": {
    base: "small",
    dockerfile: `RUN mkdir -p /data && yes a=1 | head -c 8000 > /data/default.conf && cp -p /data/default.conf /data/current.conf
RUN ${junk("/tmp/ccQ1x2.o")}
VOLUME /data
CMD ["sh", "-c", "echo changed >> /data/current.conf && tail -n 1 /data/default.conf | head -c 3"]`,
    says: "a=1",
    dropped: "/tmp/ccQ1x2.o",
  },
};

describeComponents(["dockerd", "mmdebstrap"], "an optimised image", () => {
  let docker: Dockerd;
  beforeAll(async () => {
    docker = await startDockerd();
    const tars = { small: await smallDebianTar(), python: await languageTar("python"), node: await languageTar("node") };
    for (const [name, tar] of Object.entries(tars)) {
      await docker.importRootfs(readFileSync(tar), `imported:${name}`);
      const context = join(docker.directory, `base-${name}`);
      mkdirSync(context);
      // As every base does: by it Ballast knows where the base ends.
      writeFileSync(join(context, "Dockerfile"), `FROM imported:${name}\nCMD ["sh"]\n`);
      await docker.build(context, `debian:${name}`);
    }
  }, 300_000);
  afterAll(() => docker?.stop());

  it.concurrent.each(Object.entries(images).map(([title, image], index) => [title, index, image] as const))(
    "runs as before: %s",
    { timeout: 400_000 },
    async (_, index, { base, program, dockerfile, says, flags = [], dropped }) => {
      const name = `runs/image-${index}`;
      const context = join(docker.directory, `context-${index}`);
      mkdirSync(context);
      if (program !== undefined) await copyRealProgram(program, join(context, "program"));
      const from = base === "unknown" ? "imported:small" : `debian:${base}`;
      const copy = program === undefined ? "" : "COPY program /root/program\n";
      writeFileSync(join(context, "Dockerfile"), `FROM ${from}\n${copy}${dockerfile}\n`);
      await docker.build(context, `${name}:1`);
      const run = async (tag: string, ...command: readonly string[]): Promise<string> => {
        const entry = command.length === 0 ? [] : ["--entrypoint", ""];
        return (await docker.docker(["run", "--rm", "--network", "none", ...entry, `${name}:${tag}`, ...command])).toString();
      };
      expect(await run("1")).toBe(says);

      const result = await runCli(["optimize", `docker-daemon:${name}:1`, ...flags, "-o", `docker-daemon:${name}:slim`], {
        env: { DOCKER_HOST: docker.host },
        timeout: 300_000,
      });
      expect([result.status, result.stdout]).toEqual([0, expect.stringContaining("resolve as before")]);
      expect(await run("slim")).toBe(says);
      const find = ["sh", "-c", `find ${dropped} -type f -size +0 2>/dev/null | grep -v lock$ | head -n 1`];
      expect(await run("1", ...find)).not.toBe("");
      expect(await run("slim", ...find)).toBe("");
    },
  );
});
