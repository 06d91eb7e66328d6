/** What fixes write, and above all what they leave alone: a Dockerfile that builds goes on building, into the same image. */
import { describe, expect, it } from "vitest";

import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { fixImage, imageOf } from "../../helpers/image/fixed-dockerfile.ts";
import type { Built } from "../../helpers/image/fixed-dockerfile.ts";

const lists = { "var/lib/apt/lists/main": 40_000, "usr/bin/tool": 4 };

/** The Dockerfile with its fixes made. */
async function written(text: string, built: Built): Promise<string> {
  return (await fixImage(text, imageOf(text, built))).fixed.text;
}

describe("a command is added in the RUN's own style", () => {
  it.each([
    [
      "one line",
      "RUN apt-get update && apt-get install -y tool\n",
      "RUN apt-get update && apt-get install -y tool && rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "continued lines with a comment between, by tabs",
      "RUN apt-get update \\\n\t# why\n\t&& apt-get install -y tool\n",
      "RUN apt-get update \\\n\t# why\n\t&& apt-get install -y tool \\\n\t&& rm -rf /var/lib/apt/lists/*\n",
    ],
    ["no line end at the end", "RUN apt-get update", "RUN apt-get update && rm -rf /var/lib/apt/lists/*"],
    [
      "set -e",
      "RUN set -eux; apt-get update; apt-get install tool",
      "RUN set -eux; apt-get update; apt-get install tool; rm -rf /var/lib/apt/lists/*",
    ],
    [
      "set -e with a list before",
      "RUN set -e; true && apt-get update; apt-get install tool",
      "RUN set -e; true && apt-get update; apt-get install tool; rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a list at the end of set -e: its failure is its own",
      "RUN set -e; apt-get update && apt-get install tool",
      "RUN set -e; apt-get update && apt-get install tool && rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a semicolon without set -e must not hide a failure",
      "RUN apt-get update; apt-get install tool;",
      "RUN apt-get update; apt-get install tool && rm -rf /var/lib/apt/lists/*;",
    ],
    ["|| true", "RUN apt-get update || true", "RUN apt-get update || true && rm -rf /var/lib/apt/lists/*"],
    [
      "a subshell",
      "RUN (apt-get update && apt-get install tool)",
      "RUN (apt-get update && apt-get install tool) && rm -rf /var/lib/apt/lists/*",
    ],
    ["a redirection", "RUN apt-get update >/dev/null 2>&1", "RUN apt-get update >/dev/null 2>&1 && rm -rf /var/lib/apt/lists/*"],
    ["a comment of the shell", "RUN apt-get update # now", "RUN apt-get update && rm -rf /var/lib/apt/lists/* # now"],
    [
      "a comment of the shell on the last of continued lines",
      "RUN apt-get update \\\n  && apt-get install tool # now\n",
      "RUN apt-get update \\\n  && apt-get install tool \\\n  && rm -rf /var/lib/apt/lists/* # now\n",
    ],
    ["a condition", "RUN if true; then apt-get update; fi", "RUN if true; then apt-get update; fi && rm -rf /var/lib/apt/lists/*"],
    [
      "a blank line within",
      "RUN apt-get update \\\n\n  && true",
      "RUN apt-get update \\\n\n  && true \\\n  && rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a semicolon and a comment at the end",
      "RUN set -e; \\\n    apt-get update; \\\n    # done\n",
      "RUN set -e; \\\n    apt-get update; \\\n    rm -rf /var/lib/apt/lists/*; \\\n    # done\n",
    ],
  ])("%s", async (_, before, after) => {
    const text = `FROM debian\n${before}`;
    expect(await written(text, { layers: { "2": lists } })).toBe(`FROM debian\n${after}`);
  });

  it("in a heredoc on a line of its own", async () => {
    const text = "FROM debian\nRUN <<EOF\nset -e\napt-get update\nEOF\n";
    expect(await written(text, { layers: { "2": lists } })).toBe(
      "FROM debian\nRUN <<EOF\nset -e\napt-get update\nrm -rf /var/lib/apt/lists/*\nEOF\n",
    );
  });
});

describe("apt's lists stay", () => {
  it.each([
    ["in the JSON form", 'RUN ["apt-get", "update"]'],
    ["behind a command in the background", "RUN apt-get update &"],
    ["behind an exit", "RUN apt-get update && exit 0"],
    ["behind exec", "RUN apt-get update && exec apt-get install tool"],
    ["where set -e would no longer hold within a condition", "RUN set -e; if true; then apt-get update; true; fi"],
    [
      "where SHELL stops at failures, within a condition",
      'SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN if true; then apt-get update; true; fi',
    ],
    ["where a failure that set -e passes over would be lost", "RUN set -e; apt-get update; ! false"],
    ["for a later RUN that installs from them", "RUN apt-get update && true\nRUN apt-get install -y tool"],
    [
      "for a later RUN with options of apt's in front",
      "RUN apt-get update && apt-get install tool\nRUN apt-get -o Acquire::Retries=3 install -y other",
    ],
    ["for a script of one's own", "RUN apt-get update && apt-get install tool\nRUN ./install-more.sh"],
    ["for a script from elsewhere", "RUN apt-get update && apt-get install tool\nRUN wget -qO- https://example.org/more | bash -"],
    ["for who builds on it", "RUN apt-get update && apt-get install tool\nONBUILD RUN apt-get install -y tool"],
    ["for another stage", "RUN apt-get update\nFROM a AS b\nRUN apt-get install x\nFROM a"],
    ["in PowerShell", 'SHELL ["pwsh", "-c"]\nRUN apt-get update'],
    ["for another user", "USER app\nRUN apt-get update"],
    ["for a user who needs sudo", "RUN sudo apt-get update && sudo apt-get install -y tool"],
  ])("%s", async (_, run) => {
    const text = `FROM debian AS a\n${run}\n`;
    const line = text.split("\n").findIndex((row) => row.includes("update")) + 1;
    expect(await written(text, { layers: { [line]: lists } })).toBe(text);
  });
});

describe("a deletion moves to what made the file", () => {
  const text = (between: string): string => `FROM debian\nRUN fetch\n${between}\n# gone\nRUN rm -rf /opt/sdk\n`;
  const image = (between: string): Built => ({
    layers: { "2": { "opt/sdk/big": 9000 }, ...(/^(?:RUN|COPY)/.test(between) ? { "3": { "etc/made": 1 } } : {}), "5": {} },
    gone: { "5": ["opt/sdk"] },
  });

  it.each(["RUN echo 1 > /etc/made", "RUN mkdir -p /srv/app && chmod 755 /srv/app", "COPY conf /etc/made", "ENV A=1"])(
    "past %s",
    async (between) => {
      expect(await written(text(between), image(between))).toBe(`FROM debian\nRUN fetch && rm -rf /opt/sdk\n${between}\n# gone\n`);
    },
  );

  it.each([
    ["a program that may read anything", "RUN make"],
    ["a copy of the directory above", "RUN cp -r /opt /srv"],
    ["a copy of the root", "RUN tar -cf /etc/made /"],
    ["a relative path", "WORKDIR /opt\nRUN cp -r . /srv"],
    ["a change of directory", "RUN cd /opt && cp -r . /srv"],
    ["a pattern", "RUN cp -r /o* /srv"],
    ["a variable", "RUN cp -r $FROM /srv"],
    ["a program that reads places of its own", "RUN update-ca-certificates"],
    ["a package manager, which reads its own configuration", "RUN apt-get install -y tool"],
    ["another user", "USER app"],
    ["another shell", 'SHELL ["/bin/bash", "-c"]'],
    ["a COPY that adds to it", "COPY more /opt/sdk/"],
  ])("but not past %s", async (_, between) => {
    const whole = text(between);
    const line = whole.split("\n").indexOf("RUN rm -rf /opt/sdk") + 1;
    const run = whole.split("\n").findIndex((row, at) => at > 1 && /^(?:RUN|COPY)/.test(row)) + 1;
    const layers = { "2": { "opt/sdk/big": 9000 }, ...(run < line ? { [run]: { "etc/made": 1 } } : {}), [line]: {} };
    expect(await written(whole, { layers, gone: { [line]: ["opt/sdk"] } })).toBe(whole);
  });
});

describe("COPY sets the owner itself", () => {
  const chowned = (text: string, owner = 7): Promise<string> => {
    const lines = text.split("\n");
    const [copy, change] = ["COPY", "RUN ch"].map((start) => lines.findIndex((row) => row.startsWith(start)) + 1);
    const between = lines.findIndex((row, at) => row.startsWith("RUN") && at + 1 < change!) + 1;
    const layers = {
      [copy!]: { "app/a": 9000 },
      ...(between > 0 ? { [between]: { "etc/made": 1 } } : {}),
      [change!]: { "app/a": 9000 },
    };
    return written(text, { layers, owner: { [change!]: owner } });
  };

  it("instead of a RUN that stores everything again", async () => {
    expect(await chowned("FROM debian\nCOPY . /app\nRUN chown -R 7:7 /app\n")).toBe("FROM debian\nCOPY --chown=7:7 . /app\n");
    expect(await chowned("FROM debian\nCOPY . /app\nRUN apt-get install tool\nRUN chown -R 7 /app\n")).toBe(
      "FROM debian\nCOPY --chown=7:0 . /app\nRUN apt-get install tool\n",
    );
  });

  it.each([
    ["an owner in the old form, which COPY does not know", "FROM debian\nCOPY . /app\nRUN chown -R app.app /app\n"],
    ["a user made after the COPY", "FROM debian\nCOPY . /app\nRUN useradd app\nRUN chown -R app /app\n"],
    ["git between, which refuses what is another's", "FROM debian\nCOPY . /app\nRUN git -C /app describe\nRUN chown -R 7:7 /app\n"],
    ["a linked layer, which knows no names", "FROM debian\nCOPY --link . /app\nRUN chown -R app:app /app\n"],
    ["the symbolic form", "FROM debian\nCOPY . /app\nRUN chmod -R u+x /app\n"],
  ])("not for %s", async (_, text) => {
    expect(await chowned(text)).toBe(text);
  });
});

describe("caches", () => {
  const fixesOf = async (text: string, built: Built): Promise<readonly string[]> =>
    (await fixImage(text, imageOf(text, built))).fixed.fixes.flatMap(({ id, edits }) => [id, ...edits.map((edit) => edit.text.trim())]);

  it("Poetry's is mounted, and not the environments beside it, into which it installs", async () => {
    const files = { "root/.cache/pypoetry/cache/x": 9000, "root/.cache/pypoetry/virtualenvs/app/lib.py": 5000 };
    expect(await fixesOf("FROM python\nRUN poetry install\n", { layers: { "2": files } })).toEqual([
      "poetry-cache:2",
      "--mount=type=cache,target=/root/.cache/pypoetry/cache",
    ]);
  });

  it("npm's is mounted, and not what npx runs from beside it", async () => {
    const files = { "root/.npm/_cacache/x": 9000, "root/.npm/_npx/1/serve.js": 5000 };
    expect(await fixesOf("FROM node\nRUN npx serve --version\n", { layers: { "2": files } })).toEqual([
      "npm-cache:2",
      "--mount=type=cache,target=/root/.npm/_cacache",
    ]);
  });

  it.each<[string, string, Built]>([
    [
      "environments of uvx lie in it",
      "RUN uv pip install x",
      { layers: { "2": { "root/.cache/uv/wheels-v1/a/x": 9000, "root/.cache/uv/environments-v2/a/lib.py": 5000 } } },
    ],
    [
      "the container runs from it",
      "RUN uv pip install x",
      { layers: { "2": { "root/.cache/uv/wheels-v1/a/x": 9000 } }, config: { Cmd: ["uv", "run", "app"] } },
    ],
    [
      "a later RUN works offline: on another machine the mount is empty",
      "RUN mvn dependency:go-offline\nRUN mvn -o package",
      { layers: { "2": { "root/.m2/repository/a.jar": 9000 }, "3": { "app.jar": 1 } } },
    ],
    [
      "the Dockerfile names it",
      'RUN mvn package\nENV CLASSPATH=/root/.m2/repository/a.jar\nCMD ["java", "App"]',
      { layers: { "2": { "root/.m2/repository/a.jar": 9000 } } },
    ],
    [
      "it is copied out",
      "RUN mvn package\nCOPY --from=0 /root/.m2 /root/.m2",
      { layers: { "2": { "root/.m2/repository/a.jar": 9000 }, "3": { x: 1 } } },
    ],
    [
      "its owner cannot delete Go's modules, which are read-only",
      "USER app\nRUN go install x",
      { builder: "classic", layers: { "3": { "home/app/go/pkg/mod/x": 9000 } } },
    ],
  ])("stay where %s", async (_, run, built) => {
    expect(await fixesOf(`FROM base\n${run}\n`, built)).toEqual([]);
  });

  it("are not mounted because the base image was built by BuildKit, when this one was not", async () => {
    const text = "FROM node\nRUN npm ci\n";
    const image = imageOf(text, { builder: "classic", layers: { "2": { "root/.npm/_cacache/x": 9000 } } });
    const layers = image.layers.map((layer, at) => (at === 0 ? { ...layer, createdBy: "RUN /bin/sh -c make # buildkit" } : layer));
    expect((await fixImage(text, { ...image, layers })).fixed.text).toBe("FROM node\nRUN npm ci && rm -rf /root/.npm\n");
  });

  it("are not mounted where the frontend that the file asks for knows no mounts", async () => {
    const text = "# syntax=docker/dockerfile:1.1\nFROM node\nRUN npm ci\n";
    expect(await written(text, { layers: { "3": { "root/.npm/_cacache/x": 9000 } } })).toBe(
      "# syntax=docker/dockerfile:1.1\nFROM node\nRUN npm ci && rm -rf /root/.npm\n",
    );
  });

  it("apk: an upgrade fills the index whatever add is told", async () => {
    const text = "FROM alpine\nRUN apk -U upgrade && apk add tool\n";
    expect(await written(text, { layers: { "2": { "var/cache/apk/APKINDEX.tar.gz": 9000 } } })).toBe(
      "FROM alpine\nRUN apk -U upgrade && apk add tool && rm -rf /var/cache/apk/*\n",
    );
  });
});

describe("manifests before sources", () => {
  const manifest = JSON.stringify({ name: "app" });
  const node: Built = {
    layers: { "3": { "app/package.json": manifest, "app/server.js": 10 }, "4": { "app/node_modules/x/index.js": 10 } },
  };

  it("with the directory that is installed into kept out of the COPY that now comes after", async () => {
    const text = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    const { fixed } = await fixImage(text, imageOf(text, node));
    expect(fixed.text).toBe("FROM node\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n");
    expect(fixed.ignore?.text).toBe("node_modules\n");
  });

  it.each([
    ["the list form", 'FROM node\nWORKDIR /app\nCOPY [".", "./"]\nRUN npm ci\n'],
    ["a target in quotes", 'FROM node\nWORKDIR /app\nCOPY . "/app"\nRUN npm ci\n'],
  ])("not of %s", async (_, text) => {
    expect(await written(text, node)).toBe(text);
  });

  it("not where the installation writes its lock anew, which the COPY after it would undo", async () => {
    const text = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm install\n";
    const layers = {
      "3": { "app/package.json": manifest, "app/package-lock.json": "{}" },
      "4": { "app/node_modules/x/index.js": 10, "app/package-lock.json": '{"lockfileVersion":3}' },
    };
    expect(await written(text, { layers })).toBe(text);
  });

  it("not where composer looks through the sources", async () => {
    const text = "FROM php\nWORKDIR /app\nCOPY . .\nRUN composer install --no-dev -o\n";
    const layers = { "3": { "app/composer.json": "{}" }, "4": { "app/vendor/autoload.php": 10 } };
    expect(await written(text, { layers })).toBe(text);
  });
});

describe("secrets", () => {
  const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

  it(".env stays where a build may read it without a word, and is kept out where nothing does", async () => {
    const env = `API_TOKEN=${token}\n`;
    const ignored = async (run: string): Promise<string | undefined> => {
      const text = `FROM node\nWORKDIR /app\nCOPY src /app/\nRUN ${run}\n`;
      const image = imageOf(text, { layers: { "3": { "app/.env": env }, "4": { "app/out": 1 } } });
      return (await fixImage(text, image, { secrets: true })).fixed.ignore?.text;
    };
    expect(await ignored("npm ci")).toBe("src/.env\n");
    expect(await ignored("npm run build")).toBeUndefined();
  });

  it("a proxy's password is used by every program, and stays a build argument", async () => {
    const text = "FROM debian\nARG https_proxy\nRUN apt-get update\n";
    const image = {
      layers: [
        { createdBy: "# base", content: [] },
        { empty_layer: true, created_by: "ARG https_proxy" },
        { createdBy: "RUN |1 https_proxy=http://me:hunter2-Xy81@proxy:3128 /bin/sh -c apt-get update # buildkit", content: [] },
      ],
    };
    expect((await fixImage(text, image, { secrets: true })).fixed.text).toBe(text);
  });
});

describe("development dependencies", () => {
  const files = (cmd: readonly string[]): Built => ({
    layers: {
      "3": {
        "app/package.json": JSON.stringify({ name: "app", dependencies: { run: "1" }, devDependencies: { tester: "1" } }),
        "app/package-lock.json": JSON.stringify({
          lockfileVersion: 3,
          packages: {
            "": { dependencies: { run: "1" }, devDependencies: { tester: "1" } },
            "node_modules/run": { version: "1.0.0" },
            "node_modules/tester": { version: "1.0.0", dev: true },
          },
        }),
      },
      "4": {
        "app/node_modules/run/package.json": JSON.stringify({ name: "run", version: "1.0.0" }),
        "app/node_modules/tester/package.json": JSON.stringify({ name: "tester", version: "1.0.0" }),
        "app/node_modules/tester/index.js": 50_000,
      },
    },
    config: { Cmd: cmd, WorkingDir: "/app" },
  });
  const text = "FROM node\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY server.js .\n";

  it("are left out where the container starts node itself", async () => {
    expect(await written(text, files(["node", "server.js"]))).toBe(text.replace("npm ci", "npm ci --omit=dev"));
  });

  it("stay where node loads one of them first, or npm starts it", async () => {
    expect(await written(text, files(["node", "-r", "tester/register", "server.js"]))).toBe(text);
    expect(await written(text, files(["npm", "start"]))).toBe(text);
  });

  it("stay where something is built later", async () => {
    const building = `${text}RUN npm run build\n`;
    expect(await written(building, files(["node", "server.js"]))).toBe(building);
  });
});

describe("advice", () => {
  it("a stage of its own for what only building needs, with a sketch that reads as a Dockerfile", async () => {
    const status = "Package: gcc\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n\n";
    const owned = "/.\n/usr\n/usr/lib\n/usr/lib/gcc\n/usr/lib/gcc/cc1\n";
    const files = {
      "var/lib/dpkg/status": status,
      "var/lib/dpkg/info/gcc.list": owned,
      "usr/lib/gcc/cc1": 2_000_000,
    };
    const text = "FROM debian:bookworm\nWORKDIR /srv/app\nRUN apt-get install gcc\nCOPY src .\nRUN make\n";
    const { fixed } = await fixImage(text, imageOf(text, { layers: { "3": files, "5": { "srv/app/out": 10 } } }));
    expect(fixed.advice.map(({ id, savedBytes }) => [id, savedBytes])).toEqual([["build-stage:3", 2_000_000 + owned.length]]);
    const sketch = await parseDockerfile(fixed.advice[0]!.sketch, "sketch");
    expect(sketch.stages.map(({ name, base }) => [name, base])).toEqual([
      ["build", "debian:bookworm"],
      [null, "debian:bookworm"],
    ]);
    expect(fixed.advice[0]!.sketch).toContain("COPY --from=build /srv/app /srv/app");
    expect(fixed.text).toBe(text);
  });

  it("a secret in ENV, which only the person can take out", async () => {
    const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    const text = `FROM debian\nENV GITHUB_TOKEN=${token}\n`;
    const image = {
      config: { Env: [`GITHUB_TOKEN=${token}`] },
      layers: [
        { createdBy: "# base", content: [] },
        { empty_layer: true, created_by: `ENV GITHUB_TOKEN=${token}` },
      ],
    };
    const { fixed } = await fixImage(text, image, { secrets: true });
    expect(fixed.advice.map(({ id }) => id)).toEqual(["env-secret:2"]);
    expect(JSON.stringify(fixed.advice)).not.toContain(token);
    expect(fixed.text).toBe(text);
  });
});
