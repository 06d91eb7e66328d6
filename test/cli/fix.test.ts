import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { dockerArchive, type ImageFixture } from "../helpers/image-fixture.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

const validate = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(projectRoot, "schema/fix.schema.json"), "utf8")) as object,
);

let directory: string;
beforeEach(() => void (directory = makeTemporaryDirectory()));
afterEach(() => removeDirectory(directory));

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

  it("names no file by way of `..`, which nothing applies: the patch begins where the files lie, and says so", async () => {
    const [app, elsewhere] = [join(directory, "app"), join(directory, "elsewhere")];
    mkdirSync(app);
    mkdirSync(elsewhere);
    cpSync(join(projectRoot, "samples/demo.Dockerfile"), join(app, "Dockerfile"));
    const result = await runCli(["fix", join(projectRoot, "samples/demo.tar"), "--dockerfile", "../app/Dockerfile", "--patch", "-"], {
      cwd: elsewhere,
    });
    expect(result.stdout).toMatch(/^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@/);
    expect(result.stdout).toContain("+++ b/.dockerignore\n");
    expect(result.stderr.replace(/\s+/g, " ")).toContain(`the patch's paths begin at ${app}`);
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

describe("--write", () => {
  const image = installing("RUN /bin/sh -c apt-get update # buildkit");
  const text = "FROM debian\nRUN apt-get update\n";
  const fixed = "FROM debian\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n";

  it("keeps a byte order mark, bytes that are no UTF-8, and the file's mode", async () => {
    writeFileSync(join(directory, "app.tar"), dockerArchive(image));
    const bytes = (body: string): Buffer => Buffer.concat([Buffer.from("\ufeff# caf"), Buffer.from([0xe9]), Buffer.from(`\n${body}`)]);
    writeFileSync(join(directory, "Dockerfile"), bytes(text));
    chmodSync(join(directory, "Dockerfile"), 0o600);
    const result = await runCli(["fix", "app.tar", "--dockerfile", "Dockerfile", "--write"], { cwd: directory });
    expect(result.status, result.stderr).toBe(0);
    expect(readFileSync(join(directory, "Dockerfile"))).toEqual(bytes(fixed));
    expect(lstatSync(join(directory, "Dockerfile")).mode & 0o777).toBe(0o600);
  });

  it("changes neither file where the second cannot be written", async () => {
    writeFileSync(
      join(directory, "app.tar"),
      dockerArchive({
        layers: [
          base,
          { content: [tool, lists], createdBy: "RUN /bin/sh -c apt-get update # buildkit" },
          { content: [file("src/.git/pack", "x".repeat(9000))], createdBy: "COPY . /src # buildkit" },
        ],
      }),
    );
    const whole = `${text}COPY . /src\n`;
    writeFileSync(join(directory, "Dockerfile"), whole);
    mkdirSync(join(directory, "context"));
    // A link that leads to where nothing can be made.
    symlinkSync("/proc/none/ignore", join(directory, "context/.dockerignore"));
    const result = await runCli(["fix", "app.tar", "--dockerfile", "Dockerfile", "--context", "context", "--write"], { cwd: directory });
    expect(result.status, result.stdout).toBe(3);
    expect(readFileSync(join(directory, "Dockerfile"), "utf8")).toBe(whole);
    expect(readdirSync(directory).sort()).toEqual(["Dockerfile", "app.tar", "context"]);
  });
});

describe("what is no Dockerfile ends with status 2 and the line", () => {
  it.each<[string, (path: string) => void, string]>([
    ["binary", (path) => writeFileSync(path, "FROM a\n\0\x01\x02"), "Dockerfile:2: it holds a NUL byte"],
    ["a directory", (path) => mkdirSync(path), "Dockerfile is a directory"],
    ["a pipe", (path) => void execFileSync("mkfifo", [path]), "Dockerfile is a pipe"],
    ["a loop of links", (path) => symlinkSync("Dockerfile", path), "Dockerfile cannot be read (ELOOP)"],
  ])("%s", async (_, make, message) => {
    writeFileSync(join(directory, "app.tar"), dockerArchive(installing("x")));
    make(join(directory, "Dockerfile"));
    const result = await runCli(["fix", "app.tar", "--dockerfile", "Dockerfile"], { cwd: directory, timeout: 20_000 });
    expect(result.stderr).toContain(message);
    expect(result.status).toBe(message.includes("ELOOP") ? 3 : 2);
  });
});
