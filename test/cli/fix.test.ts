import { cpSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, it } from "vitest";

import { dockerArchive, type ImageFixture } from "../helpers/image-fixture.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { file, whiteout } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory } from "../helpers/temp-dir.ts";

const validate = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(projectRoot, "schema/fix.schema.json"), "utf8")) as object,
);

let directory: string;
beforeEach(() => void (directory = makeTemporaryDirectory()));

const lists = file("var/lib/apt/lists/deb.example_dists_main", "x".repeat(40_000));
const tool = file("usr/bin/tool", "tool");

async function fix(text: string, image: ImageFixture, args: readonly string[] = []) {
  writeFileSync(join(directory, "app.tar"), dockerArchive(image));
  writeFileSync(join(directory, "Dockerfile"), text);
  return runCli(["fix", "app.tar", "--dockerfile", "Dockerfile", ...args], { cwd: directory });
}

/** The Dockerfile after `--write`. */
async function written(text: string, image: ImageFixture, args: readonly string[] = []): Promise<string> {
  const result = await fix(text, image, ["--write", ...args]);
  expect(result.status, result.stderr).toBe(0);
  return readFileSync(join(directory, "Dockerfile"), "utf8");
}

const base = { content: [file("etc/os-release", "debian")], createdBy: "# debian.sh" };
const installing = (createdBy: string): ImageFixture => ({ layers: [base, { content: [tool, lists], createdBy }] });

describe("ballast fix", () => {
  it("shows the sample's fixes with their bytes, and the patch", async () => {
    const result = await runCli(["fix", "samples/demo.tar", "--dockerfile", "samples/demo.Dockerfile"], { cwd: projectRoot });
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toContain("4 fixes for samples/demo.Dockerfile, 312 kB of samples/demo.tar");
    expect(result.stdout).toMatch(/^apt-lists:7 +196 kB/m);
    expect(result.stdout).toContain(
      "+RUN apt-get update && apt-get install -y python3 curl && apt-get clean && rm -rf /var/lib/apt/lists/*",
    );
    expect(result.stdout).toContain("docker build --secret");
  });

  it("does not ignore what a later COPY names", async () => {
    const result = await runCli(["fix", "samples/demo.tar", "--dockerfile", "samples/demo.Dockerfile", "--json"], { cwd: projectRoot });
    const document = JSON.parse(result.stdout) as { fixes: { id: string; ignore: string[] }[] };
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.fixes.find(({ id }) => id === "dockerignore:9")?.ignore).toEqual([".git", ".env"]);
  });

  it("prints a patch that git applies, and nothing else, for --patch -", async () => {
    cpSync(join(projectRoot, "samples/demo.Dockerfile"), join(directory, "Dockerfile"));
    const result = await runCli(["fix", join(projectRoot, "samples/demo.tar"), "--dockerfile", "Dockerfile", "--patch", "-"], {
      cwd: directory,
    });
    expect(result.stdout).toMatch(/^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@/);
    expect(result.stderr).toContain("4 fixes");
  });

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
      "a semicolon without set -e must not hide a failure",
      "RUN apt-get update; apt-get install tool;",
      "RUN apt-get update; apt-get install tool && rm -rf /var/lib/apt/lists/*;",
    ],
    ["|| true", "RUN apt-get update || true", "RUN apt-get update || true && rm -rf /var/lib/apt/lists/*"],
    ["a redirection", "RUN apt-get update >/dev/null 2>&1", "RUN apt-get update >/dev/null 2>&1 && rm -rf /var/lib/apt/lists/*"],
    ["a comment of the shell", "RUN apt-get update # now", "RUN apt-get update && rm -rf /var/lib/apt/lists/* # now"],
    ["a condition", "RUN if true; then apt-get update; fi", "RUN if true; then apt-get update; fi && rm -rf /var/lib/apt/lists/*"],
    [
      "a blank line within",
      "RUN apt-get update \\\n\n  && true",
      "RUN apt-get update \\\n\n  && true \\\n  && rm -rf /var/lib/apt/lists/*",
    ],
  ])("keeps the style of a RUN: %s", async (_, before, after) => {
    const command = before
      .replace(/^RUN /, "")
      .replaceAll(/\\\n(?:\t#.*\n|\n)?/g, "")
      .trim();
    expect(await written(`FROM debian\n${before}`, installing(`RUN /bin/sh -c ${command} # buildkit`))).toBe(`FROM debian\n${after}`);
  });

  it.each([
    ["the JSON form", 'RUN ["apt-get", "update"]', "apt-get update"],
    ["a command in the background", "RUN apt-get update &", "/bin/sh -c apt-get update &"],
    ["an exit", "RUN apt-get update && exit 0", "/bin/sh -c apt-get update && exit 0"],
    ["lists that a later RUN installs from", "RUN apt-get update\nRUN apt-get install -y tool", "/bin/sh -c apt-get update"],
    [
      "lists that another stage installs from",
      "RUN apt-get update\nFROM a AS b\nRUN apt-get install x\nFROM a",
      "/bin/sh -c apt-get update",
    ],
    ["PowerShell", 'SHELL ["pwsh", "-c"]\nRUN apt-get update', "pwsh -c apt-get update"],
    ["another user", "USER app\nRUN apt-get update", "/bin/sh -c apt-get update"],
  ])("leaves alone %s", async (_, text, createdBy) => {
    const whole = `FROM debian AS a\n${text}\n`;
    expect(await written(whole, installing(`RUN ${createdBy} # buildkit`))).toBe(whole);
  });

  it("keeps CRLF, and what another layer shows of it again changes nothing", async () => {
    const text = 'FROM debian\r\nRUN apt-get update \\\r\n  && true\r\nCMD ["tool"]\r\n';
    const fixed = await written(text, installing("RUN /bin/sh -c apt-get update   && true # buildkit"));
    expect(fixed).toBe('FROM debian\r\nRUN apt-get update \\\r\n  && true \\\r\n  && rm -rf /var/lib/apt/lists/*\r\nCMD ["tool"]\r\n');
    const again = await fix(fixed, {
      layers: [base, { content: [tool], createdBy: "RUN /bin/sh -c apt-get update   && true   && rm -rf /var/lib/apt/lists/* # buildkit" }],
    });
    expect(again.stdout).toContain("nothing to fix");
  });

  it("moves a deletion into the RUN that made the file, but not past a command that may use it", async () => {
    const rows = (between: string): ImageFixture => ({
      layers: [
        base,
        { content: [file("opt/sdk/big", "x".repeat(9000))], createdBy: "RUN /bin/sh -c fetch # buildkit" },
        { content: [file("x", "1")], createdBy: `RUN /bin/sh -c ${between} # buildkit` },
        { content: [whiteout("opt/sdk")], createdBy: "RUN /bin/sh -c rm -rf /opt/sdk # buildkit" },
      ],
    });
    const text = (between: string): string => `FROM debian\nRUN fetch\nRUN ${between}\n# gone\nRUN rm -rf /opt/sdk\n`;
    expect(await written(text("echo 1 > /x"), rows("echo 1 > /x"))).toBe(
      "FROM debian\nRUN fetch && rm -rf /opt/sdk\nRUN echo 1 > /x\n# gone\n",
    );
    expect(await written(text("make"), rows("make"))).toBe(text("make"));
  });

  it("turns a chown into COPY --chown, and leaves WORKDIR's directory to a chown without -R", async () => {
    const app = (uid: number) => [file("app/a", "x".repeat(9000), { uid, gid: uid })];
    const image: ImageFixture = {
      layers: [
        base,
        { content: [file("app/a", "x".repeat(9000), { uid: 0, gid: 0 })], createdBy: "COPY . /app # buildkit" },
        { content: app(7), createdBy: "RUN /bin/sh -c chown -R 7:7 /app # buildkit" },
      ],
    };
    expect(await written("FROM debian\nCOPY . /app\nRUN chown -R 7:7 /app\n", image)).toBe("FROM debian\nCOPY --chown=7:7 . /app\n");
  });

  it("writes through a symlink, both files or neither", async () => {
    const image = installing("RUN /bin/sh -c apt-get update # buildkit");
    writeFileSync(join(directory, "real"), "FROM debian\nRUN apt-get update\n");
    writeFileSync(join(directory, "app.tar"), dockerArchive(image));
    symlinkSync("real", join(directory, "link"));
    const result = await runCli(["fix", "app.tar", "--dockerfile", "link", "--write"], { cwd: directory });
    expect(result.status, result.stderr).toBe(0);
    expect(lstatSync(join(directory, "link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, "real"), "utf8")).toContain("rm -rf /var/lib/apt/lists/*");
  });

  it("takes --only and --except by id or rule, and knows what is meant by a near miss", async () => {
    const image = installing("RUN /bin/sh -c apt-get update # buildkit");
    const text = "FROM debian\nRUN apt-get update\n";
    expect(await written(text, image, ["--except", "apt-lists"])).toBe(text);
    expect(await written(text, image, ["--only", "apt-lists:2"])).not.toBe(text);
    const wrong = await fix(text, image, ["--only", "apt-list"]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("did you mean apt-lists?");
  });
});

describe("a Dockerfile that is none", () => {
  it.each([
    ["binary", "FROM a\n\0\x01\x02", "Dockerfile:2: it holds a NUL byte"],
    ["empty", "", "Dockerfile:1: it has no FROM"],
    ["another language", "FROM a\nfunction x() {}\n", "Dockerfile:2: function is no instruction"],
    ["a heredoc without end", "FROM a\nRUN <<EOF\necho 1\n", "Dockerfile:2: the heredoc <<EOF is never closed"],
    ["too many instructions", `FROM a\n${"RUN x\n".repeat(100_000)}`, "instructions"],
  ])("%s: status 2 and the line", async (_, text, message) => {
    const started = performance.now();
    const result = await fix(text, installing("x"));
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(message);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it.each([
    ["a line of a megabyte", `FROM a\nRUN echo ${"x".repeat(1_000_000)}\n`],
    ["half a million dollars", `FROM a\nENV A=1\nRUN ${"$".repeat(500_000)}\nCOPY ${"$A".repeat(200_000)} /x\n`],
    ["deep nesting", `FROM a\nRUN ${"$(".repeat(100_000)}\nRUN ${"if true; then ".repeat(50_000)}\n`],
    ["quotes without end", `FROM a\nRUN ${"'\"`".repeat(200_000)}\n`],
  ])("%s ends within seconds", async (_, text) => {
    const started = performance.now();
    const result = await fix(text, installing("x"));
    expect(result.status, result.stderr).toBeLessThan(3);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
