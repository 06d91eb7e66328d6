import { describe, expect, it } from "vitest";

import { matchDockerfile } from "../../../analyzers/dockerfile/match.ts";
import { parseDockerfile } from "../../../analyzers/dockerfile/parse.ts";
import { imageWith } from "../../helpers/image/dockerfile-image.ts";

interface Options {
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly baseLayers?: number;
}

async function linesOf(text: string, rows: readonly string[], options: Options = {}) {
  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
  const dockerfile = await parseDockerfile(text, "Dockerfile", buildArgs);
  const match = matchDockerfile(dockerfile, imageWith(rows), {
    target: options.target ?? null,
    buildArgs,
    baseLayers: options.baseLayers ?? null,
  });
  const line = (origin: (typeof match.layers)[number]): string =>
    origin === null ? "?" : `${origin.kind === "base" ? "base " : ""}${origin.location.stage}:${origin.location.line}`;
  return { ...match, lines: match.layers.map(line) };
}

const dockerfile = `ARG VERSION=12
FROM debian:\${VERSION} AS run
ENV A=1 B="two words"
ARG TOKEN
RUN apt-get update \\
    # a comment between
    && apt-get install -y curl
WORKDIR /app
COPY --chown=1:1 package.json yarn.lock ./
RUN ["npm", "ci"]
EXPOSE 80
CMD ["node", "server.js"]
`;

describe("a Dockerfile's lines are found in the history", () => {
  it("of BuildKit", async () => {
    const found = await linesOf(dockerfile, [
      "layer|# debian.sh --arch 'amd64' out/ 'bookworm' '@1754265600'",
      "empty|ENV A=1 B=two words",
      "empty|ARG TOKEN=x",
      "layer|RUN |1 TOKEN=x /bin/sh -c apt-get update     && apt-get install -y curl # buildkit",
      "layer|WORKDIR /app",
      "layer|COPY --chown=1:1 package.json yarn.lock ./ # buildkit",
      "layer|RUN |1 TOKEN=x npm ci # buildkit",
      "empty|EXPOSE map[80/tcp:{}]",
      'empty|CMD ["node" "server.js"]',
    ]);
    expect(found.lines).toEqual(["base run:2", "run:5", "run:8", "run:9", "run:10"]);
    expect(found.layers[1]?.location).toEqual({ file: "Dockerfile", line: 5, endLine: 7, stage: "run" });
    expect([found.unmatched, found.notes]).toEqual([[], []]);
  });

  it("of the classic builder", async () => {
    const found = await linesOf(dockerfile, [
      "layer|/bin/sh -c #(nop) ADD file:f7ac3d8c1b1f4a3b9a7e5a2b in / ",
      'empty|/bin/sh -c #(nop)  CMD ["bash"]',
      "empty|/bin/sh -c #(nop)  ENV A=1 B=two words",
      "empty|/bin/sh -c #(nop)  ARG TOKEN",
      "layer||1 TOKEN=x /bin/sh -c apt-get update     && apt-get install -y curl",
      "empty|/bin/sh -c #(nop) WORKDIR /app",
      "layer|/bin/sh -c #(nop) COPY multi:d1c2b3a4e5f60718 in ./ ",
      "layer||1 TOKEN=x npm ci",
      "empty|/bin/sh -c #(nop)  EXPOSE 80",
      'empty|/bin/sh -c #(nop)  CMD ["node" "server.js"]',
    ]);
    expect(found.lines).toEqual(["base run:2", "run:5", "run:9", "run:10"]);
    expect(found.notes).toEqual([]);
  });

  it("of buildah", async () => {
    const found = await linesOf(dockerfile, [
      "layer|/bin/sh -c #(nop) ADD file:f7ac3d8c1b1f4a3b9a7e5a2b in / ",
      "empty|/bin/sh -c #(nop) ENV A=1 B=two words",
      "empty|/bin/sh -c #(nop) ARG TOKEN",
      "layer||1 TOKEN=x /bin/sh -c apt-get update     && apt-get install -y curl",
      "empty|/bin/sh -c #(nop) WORKDIR /app",
      "layer|/bin/sh -c #(nop) COPY multi:d1c2b3a4e5f60718 in ./ ",
      "layer||1 TOKEN=x /bin/sh -c npm ci",
      "empty|/bin/sh -c #(nop) EXPOSE 80",
      'empty|/bin/sh -c #(nop) CMD ["node", "server.js"]',
    ]);
    expect(found.lines).toEqual(["base run:2", "run:5", "run:9", "run:10"]);
  });

  it("of kaniko", async () => {
    const found = await linesOf(dockerfile, [
      "layer|ADD file:f7ac3d8c1b1f4a3b9a7e5a2b in /",
      'empty|ENV A=1 B="two words"',
      "layer|RUN apt-get update && apt-get install -y curl",
      "layer|WORKDIR /app",
      "layer|COPY --chown=1:1 package.json yarn.lock ./",
      'layer|RUN ["npm", "ci"]',
      "empty|EXPOSE 80",
      'empty|CMD ["node", "server.js"]',
    ]);
    expect(found.lines).toEqual(["base run:2", "run:5", "run:8", "run:9", "run:10"]);
  });

  it("with heredocs, in the forms BuildKit writes", async () => {
    const text = `FROM debian
RUN <<EOF
echo one
echo two
EOF
RUN cat <<A > /a && cat <<B > /b
first
A
second
B
RUN <<PY
#!/usr/bin/env python3
print(1)
PY
COPY <<CONF /etc/x.conf
x = 1
CONF
`;
    const found = await linesOf(text, [
      "layer|# debian.sh",
      "layer|RUN /bin/sh -c echo one\necho two\n # buildkit",
      "layer|RUN /bin/sh -c cat <<A > /a && cat <<B > /b\nfirst\nA\nsecond\nB # buildkit",
      "layer|RUN /bin/sh -c /dev/pipes/PY # buildkit",
      "layer|COPY <<CONF /etc/x.conf # buildkit",
    ]);
    expect(found.lines).toEqual(["base 0:1", "0:2", "0:6", "0:11", "0:15"]);
    expect(found.layers.map((origin) => origin?.location.endLine)).toEqual([1, 5, 10, 14, 17]);
    expect(found.notes).toEqual([]);
  });

  it("through stages that stand on stages, and not through those that are only copied from", async () => {
    const text = `FROM golang AS build
RUN go build
FROM debian AS base
RUN one
FROM base AS middle
RUN two
FROM Base
COPY --from=build /out /bin/app
FROM middle AS final
RUN three
`;
    const rows = ["layer|rootfs", "layer|RUN /bin/sh -c one # buildkit", "layer|RUN /bin/sh -c two # buildkit"];
    expect((await linesOf(text, [...rows, "layer|RUN /bin/sh -c three # buildkit"])).lines).toEqual([
      "base base:3",
      "base:4",
      "middle:6",
      "final:10",
    ]);
    expect((await linesOf(text, rows, { target: "MIDDLE" })).lines).toEqual(["base base:3", "base:4", "middle:6"]);
    const copied = [...rows.slice(0, 2), "layer|COPY /out /bin/app # buildkit"];
    expect((await linesOf(text, copied, { target: "3" })).lines).toEqual(["base base:3", "base:4", "3:8"]);
    await expect(linesOf(text, rows, { target: "prod" })).rejects.toMatchObject({
      code: "bad-argument",
      hint: "its stages are build, base, middle, 3, final",
    });
  });

  it("at the later of two equal commands, when the base image ran the first", async () => {
    const rows = ["layer|rootfs", "layer|/bin/sh -c apt-get update", "layer|RUN /bin/sh -c apt-get update # buildkit"];
    expect((await linesOf("FROM mine\nRUN apt-get update\n", rows)).lines).toEqual(["base 0:1", "base 0:1", "0:2"]);
  });
});

describe("what cannot be matched is said", () => {
  const edited = "FROM debian\nRUN make all\nRUN strip /app\n";
  const rows = ["layer|rootfs", "layer|RUN /bin/sh -c make # buildkit", "layer|RUN /bin/sh -c strip /app # buildkit"];

  it("an instruction edited since: its layer gets no line, and none below it is called the base's", async () => {
    const found = await linesOf(edited, rows);
    expect(found.lines).toEqual(["?", "?", "0:3"]);
    expect(found.notes).toEqual(["no history row for RUN on line 2", "2 layers have no line in Dockerfile"]);
  });

  it("the same with the base image known", async () => {
    expect((await linesOf(edited, rows, { baseLayers: 1 })).lines).toEqual(["base 0:1", "?", "0:3"]);
  });

  it("another image's Dockerfile", async () => {
    const found = await linesOf("FROM alpine\nRUN apk add git\nCOPY . /src\nRUN make\n", [
      "layer|rootfs",
      "layer|RUN /bin/sh -c yum install git # buildkit",
    ]);
    expect(found.lines).toEqual(["?", "?"]);
    expect(found.notes[0]).toMatch(/only 0 of 3 instructions of Dockerfile are found .* right --target/);
  });

  it("a squashed image, and one whose history is gone", async () => {
    const squashed = await linesOf("FROM debian\nRUN make\n", ["empty|rootfs", "empty|/bin/sh -c make", "layer|"]);
    expect(squashed.lines).toEqual(["?"]);
    const gone = await linesOf("FROM debian\nRUN make\n", []);
    expect(gone.unmatched.map(({ line }) => line)).toEqual([2]);
  });

  it("build arguments in FROM and COPY are those that were given", async () => {
    const text = "ARG BASE=debian\nFROM ${BASE} AS x\nARG DIR=/srv\nCOPY app ${DIR}/app\n";
    const built = ["layer|rootfs", "empty|ARG DIR=/opt", "layer|COPY app /opt/app # buildkit"];
    const match = await linesOf(text, built, { buildArgs: { DIR: "/opt", BASE: "alpine" } });
    expect(match.lines).toEqual(["base x:2", "x:4"]);
    expect(match.stages[0]?.base).toBe("alpine");
    expect((await linesOf(text, built)).lines[1]).toBe("?");
  });
});

describe("never a wrong line", () => {
  const rows = (...commands: readonly string[]): string[] => [
    "layer|rootfs",
    ...commands.map((command) => `layer|RUN /bin/sh -c ${command} # buildkit`),
  ];

  it("a command that ends like another's is another", async () => {
    const found = await linesOf("FROM debian\nRUN make install\n", rows("cd /src && make install"));
    expect(found.lines).toEqual(["?", "?"]);
    expect(
      (await linesOf("FROM debian\nRUN make install\n", ["layer|rootfs", "layer||1 A=b /bin/sh -c sudo sh -c make install"])).lines,
    ).toEqual(["?", "?"]);
    expect((await linesOf("FROM debian\nRUN make install\n", ["layer|rootfs", "layer||1 A=b sudo make install"])).lines).toEqual([
      "?",
      "?",
    ]);
  });

  it.each([
    ["the default shell", "FROM a\nRUN make\n", "/bin/sh -c make"],
    ["a build argument with blanks in it", "FROM a\nRUN make\n", "|1 A=two words, and more /bin/sh -c make"],
    ["the list form behind build arguments", 'FROM a\nRUN ["make", "all"]\n', "|2 A=1 B= make all"],
    ["a shell that SHELL sets", 'FROM a\nSHELL ["/usr/bin/env", "-S", "bash", "-c"]\nRUN make\n', "/usr/bin/env -S bash -c make"],
    ["a shell that the base image set", "FROM a\nRUN make\n", "/bin/bash -o pipefail -euxc make"],
    ["Windows", "FROM a\nRUN make\n", "cmd /S /C make"],
    [
      "PowerShell with a preface",
      'FROM a\nSHELL ["powershell", "-Command", "$x = \'Stop\';"]\nRUN make\n',
      "powershell -Command $x = 'Stop'; make",
    ],
    ["flags that kaniko keeps", "FROM a\nRUN --mount=type=tmpfs,target=/x make\n", "--mount=type=tmpfs,target=/x make"],
  ])("%s stands in front of a command", async (_, text, row) => {
    const found = await linesOf(text, ["layer|rootfs", `layer|RUN ${row}`]);
    expect(found.lines.at(-1)).toMatch(/^0:\d$/);
  });

  it("of equal instructions, of which the image has fewer, it is not said which", async () => {
    const text = "FROM debian\nRUN apt-get update\nRUN make\nRUN apt-get update\n";
    const whole = await linesOf(text, rows("apt-get update", "make", "apt-get update"));
    expect([whole.lines, whole.notes]).toEqual([["base 0:1", "0:2", "0:3", "0:4"], []]);
    // Where `make` lies tells which of the two it is.
    expect((await linesOf(text, rows("apt-get update", "make"))).lines).toEqual(["base 0:1", "0:2", "0:3"]);
    const either = await linesOf("FROM debian\nRUN apt-get update\nRUN apt-get update\nRUN make\n", rows("apt-get update", "make"));
    expect(either.lines).toEqual(["?", "?", "0:4"]);
    expect(either.notes).toContain("lines 2, 3 say the same, and the history has fewer of it: which of them made a layer cannot be told");
  });

  it("two COPYs to one place, by the classic builder, which notes no sources", async () => {
    const copy = `layer|/bin/sh -c #(nop) COPY file:${"ab12".repeat(16)} in /app/ `;
    const text = "FROM debian\nCOPY a /app/\nCOPY b /app/\n";
    expect((await linesOf(text, ["layer|rootfs", copy, copy])).lines).toEqual(["base 0:1", "0:2", "0:3"]);
    expect((await linesOf(text, ["layer|rootfs", copy])).lines).toEqual(["?", "?"]);
  });

  it("whatever is taken out of a file or put into it: a layer gets the line that says what made it, or none", async () => {
    const commands = ["one", "two", "one", "three", "two", "two", "four --flag", "one && two", "four"];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let named = 0;
    for (let round = 0; round < 400; round += 1) {
      const built = Array.from({ length: 1 + random(7) }, () => commands[random(commands.length)]!);
      // The file was edited since: lines are gone, new, or another's.
      const edited = built.flatMap((command, at) => {
        const dice = random(8);
        if (dice === 0) return [];
        if (dice === 1) return [{ command: commands[random(commands.length)]!, from: -1 }];
        return dice === 2
          ? [
              { command: commands[random(commands.length)]!, from: -1 },
              { command, from: at },
            ]
          : [{ command, from: at }];
      });
      const found = await linesOf(`FROM debian\n${edited.map(({ command }) => `RUN ${command}\n`).join("")}`, rows(...built));
      for (const [layer, origin] of found.layers.entries()) {
        if (origin === null || origin.kind === "base") continue;
        expect(edited[origin.location.line - 2]?.command).toBe(built[layer - 1]);
        named += 1;
      }
      if (edited.length === built.length && edited.every(({ from }, at) => from === at))
        expect(found.lines).toEqual(["base 0:1", ...built.map((_, at) => `0:${at + 2}`)]);
    }
    expect(named).toBeGreaterThan(400);
  });
});
