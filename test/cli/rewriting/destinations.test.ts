/** What happens to that which lies where Ballast is told to write: docs/reliability.md, row by row. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { besideName, ownerName } from "../../../src/base/files/owner.ts";
import { archiveDestination } from "../../../src/transports/archive/write-file.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { cleanEnvironment, cliPath, projectRoot, runCli, runInterrupted } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const demo = join(projectRoot, "samples/demo.tar");
const isRoot = process.getuid?.() === 0;

function squash(...args: string[]): ReturnType<typeof runCli> {
  return runCli(["squash", "-q", "--all", demo, ...args]);
}

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
}

function namesIn(layout: string): (string | undefined)[] {
  const { manifests } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as Index;
  return manifests.map(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"]).toSorted();
}

/** A dead process, by the name its files would carry. */
function deadOwner(): string {
  const [, start, place] = ownerName().split("-");
  return `1-${start}-${place}`;
}

describe("a layout directory that holds more than the layout", () => {
  it("keeps what lies beside an empty layout", async () => {
    const layout = temporaryDirectory();
    mkdirSync(join(layout, ".git"));
    writeFileSync(join(layout, ".git/HEAD"), "ref");
    writeFileSync(join(layout, "notes.txt"), "important");
    symlinkSync("notes.txt", join(layout, "link"));
    writeFileSync(join(layout, "index.json"), `{"schemaVersion":2,"manifests":[]}`);
    writeFileSync(join(layout, "oci-layout"), `{"imageLayoutVersion":"1.0.0"}`);
    for (const force of [[], ["--force"]]) {
      expect(await squash("-o", `oci:${layout}:app`, ...force)).toMatchObject({ status: 0 });
      expect(readdirSync(layout).toSorted()).toEqual([".git", "blobs", "index.json", "link", "notes.txt", "oci-layout"]);
    }
    expect(readFileSync(join(layout, "notes.txt"), "utf8")).toBe("important");
    expect(readFileSync(join(layout, ".git/HEAD"), "utf8")).toBe("ref");
    expect(readlinkSync(join(layout, "link"))).toBe("notes.txt");
    expect(await runCli(["analyze", "-q", `oci:${layout}:app`])).toMatchObject({ status: 0 });
  });

  it("is refused where index.json is a web application's own, also with --force", async () => {
    const web = temporaryDirectory();
    const index = '{"manifests":[],"routes":["/"]}';
    writeFileSync(join(web, "index.json"), index);
    writeFileSync(join(web, "app.js"), "keep");
    for (const force of [[], ["--force"]]) {
      const result = await squash("-o", `oci:${web}:app`, ...force);
      expect(result.status).toBe(3);
      expect(result.stderr).toContain("not an OCI layout's");
      expect(readdirSync(web).toSorted()).toEqual(["app.js", "index.json"]);
      expect(readFileSync(join(web, "index.json"), "utf8")).toBe(index);
    }
  });

  it("takes a layout beside foreign files with --force alone, and removes none of them", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "thesis.tex"), "years");
    mkdirSync(join(directory, "blobs"));
    writeFileSync(join(directory, "blobs/mine"), "too");
    expect(await squash("-o", `oci:${directory}:a`)).toMatchObject({ status: 3 });
    expect(readdirSync(directory).toSorted()).toEqual(["blobs", "thesis.tex"]);
    expect(await squash("-o", `oci:${directory}:a`, "--force")).toMatchObject({ status: 0 });
    expect(readFileSync(join(directory, "thesis.tex"), "utf8")).toBe("years");
    expect(readFileSync(join(directory, "blobs/mine"), "utf8")).toBe("too");
    expect(namesIn(directory)).toEqual(["a"]);
  });

  it("keeps the other images, whatever name is overwritten", async () => {
    const layout = join(temporaryDirectory(), "layout");
    for (const tag of ["a", "b"]) expect(await squash("-o", `oci:${layout}:${tag}`)).toMatchObject({ status: 0 });
    const blobs = readdirSync(join(layout, "blobs/sha256"));
    expect(await runCli(["squash", "-q", "--last", "2", demo, "-o", `oci:${layout}:b`, "--force"])).toMatchObject({ status: 0 });
    expect(namesIn(layout)).toEqual(["a", "b"]);
    for (const blob of blobs) expect(existsSync(join(layout, "blobs/sha256", blob))).toBe(true);
    // Without a name the image's own is taken, and only an entry of that name makes room.
    expect((await squash("-o", `oci:${layout}`)).stderr).toContain("holds an OCI layout");
    expect(await squash("-o", `oci:${layout}`, "--force")).toMatchObject({ status: 0 });
    expect(namesIn(layout)).toEqual(["a", "b", expect.stringContaining(":")]);
    for (const tag of ["a", "b"]) expect(await runCli(["analyze", "-q", `oci:${layout}:${tag}`])).toMatchObject({ status: 0 });
  });
});

describe("several runs that write to one layout", () => {
  it("take turns: what exits 0 is there", async () => {
    const layout = join(temporaryDirectory(), "layout");
    const tags = ["a", "b", "c", "d"];
    const results = await Promise.all(tags.map((tag) => squash("-o", `oci:${layout}:${tag}`)));
    expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(namesIn(layout)).toEqual(tags);
    expect(readdirSync(layout).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
  });

  it("notice a lock that a dead run left", async () => {
    const layout = temporaryDirectory();
    writeFileSync(join(layout, ".ballast.lock"), deadOwner());
    expect(await squash("-o", `oci:${layout}:a`)).toMatchObject({ status: 0 });
    expect(readdirSync(layout).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
  });

  it("wait for a live one, and end when they are interrupted", async () => {
    const layout = temporaryDirectory();
    writeFileSync(join(layout, ".ballast.lock"), ownerName());
    const result = await runCli(["squash", "-q", "--all", demo, "-o", `oci:${layout}:a`], {
      interrupt: ["SIGINT", 1500],
    });
    expect(result.status).toBe(130);
    expect(readdirSync(layout)).toEqual([".ballast.lock"]);
  });
});

describe("a file to write that is there already", () => {
  it("is not replaced without --force", async () => {
    const target = join(temporaryDirectory(), "out.tar");
    writeFileSync(target, "mine");
    for (const args of [
      ["export", "-q", demo, "/", "-o", target],
      ["squash", "-q", "--all", demo, "-o", target],
      ["squash", "-q", "--all", demo, "--plan", target],
    ]) {
      const result = await runCli(args);
      expect(result.stderr).toContain("exists already");
      expect(result.status).toBe(3);
      expect(readFileSync(target, "utf8")).toBe("mine");
    }
  });

  it.skipIf(!isRoot)("is written into where it is a device", async () => {
    const device = join(temporaryDirectory(), "null");
    execFileSync("mknod", [device, "c", "1", "3"]);
    for (const args of [
      ["export", "-q", demo, "/", "-o", device, "-f"],
      ["export", "-q", demo, "/", "-o", device],
      ["squash", "-q", "--all", demo, "-o", `docker-archive:${device}`],
      ["analyze", "-q", demo, "--format", `json=${device}`],
      ["squash", "-q", "--all", demo, "--plan", device],
    ]) {
      expect(await runCli(args)).toMatchObject({ status: 0 });
      expect(lstatSync(device).isCharacterDevice()).toBe(true);
      expect(statSync(device).rdev).toBe(259);
    }
  });

  it("is written into where it is a pipe", async () => {
    const pipe = join(temporaryDirectory(), "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const args of [
      ["export", "-q", demo, "/", "-o", pipe],
      ["squash", "-q", "--all", demo, "-o", `oci-archive:${pipe}`],
    ]) {
      const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
      const read: Buffer[] = [];
      reader.stdout.on("data", (bytes: Buffer) => read.push(bytes));
      const [result] = await Promise.all([runCli(args), once(reader, "close")]);
      expect(result).toMatchObject({ status: 0 });
      expect(Buffer.concat(read).subarray(257, 262).toString()).toBe("ustar");
      expect(
        Buffer.concat(read)
          .subarray(-1024)
          .every((byte) => byte === 0),
      ).toBe(true);
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    }
  });

  it("that is a pipe which nobody reads can be left: opening it held the program beyond SIGTERM, for ever", async () => {
    const pipe = join(temporaryDirectory(), "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const args of [
      ["export", "-q", demo, "/", "-o", pipe],
      ["squash", "-q", "--all", demo, "-o", `docker-archive:${pipe}`],
    ]) {
      expect(await runInterrupted(args, "SIGTERM")).toMatchObject({ status: 143, stderr: "" });
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    }
  });

  it("goes through /dev/stdout and /dev/fd to whatever is open there, appending where the shell appends", async () => {
    const log = join(temporaryDirectory(), "log");
    writeFileSync(log, "before\n");
    const env = { ...cleanEnvironment(), LOG: log, CLI: cliPath, NODE: process.execPath, DEMO: demo };
    execFileSync("sh", ["-c", `$NODE $CLI analyze -q $DEMO --format json=/dev/stdout >> $LOG`], { env });
    execFileSync("sh", ["-c", `$NODE $CLI analyze -q $DEMO --format json=/dev/fd/5 5>> $LOG`], { env });
    const lines = readFileSync(log, "utf8");
    expect(lines.startsWith("before\n{")).toBe(true);
    expect(lines.match(/"schemaVersion"/g)).toHaveLength(2);
    const piped = await runCli(["export", "-q", demo, "/", "-o", "/dev/stdout"]);
    expect(piped.stdoutBytes.equals((await runCli(["export", "-q", demo, "/"])).stdoutBytes)).toBe(true);
  });

  it("waits at a full pipe for a slow reader: /dev/stdout lost everything behind the first 64 kB", () => {
    const env = { ...cleanEnvironment(), CLI: cliPath, NODE: process.execPath, DEMO: demo };
    const bytes = execFileSync("sh", ["-c", `$NODE $CLI export -q $DEMO / -o /dev/stdout | (sleep 1; cat)`], { env });
    const whole = execFileSync("sh", ["-c", `$NODE $CLI export -q $DEMO /`], { env });
    expect(bytes.length).toBeGreaterThan(500_000);
    expect(bytes.equals(whole)).toBe(true);
  });

  it("is never the image that the report is about, by whatever name: --format json=app.tar replaced it", async () => {
    const directory = temporaryDirectory();
    const image = join(directory, "app.tar");
    const before = readFileSync(demo);
    writeFileSync(image, before);
    symlinkSync("app.tar", join(directory, "link.tar"));
    for (const [command, name, file] of [
      ["analyze", "app.tar", "app.tar"],
      ["check", "docker-archive:app.tar", "link.tar"],
      ["secrets", "link.tar", "app.tar"],
      ["packages", "docker-archive:app.tar:shop:1.4.0", "app.tar"],
      ["survey", ".", "app.tar"],
    ] as const) {
      const result = await runCli([command, "-q", name, "--format", `json=${file}`], { cwd: directory });
      expect(result.stderr).toContain(`${file} is the image itself`);
      expect(result.status).toBe(2);
    }
    expect(readFileSync(image).equals(before)).toBe(true);
  });

  it("is never another file that the run reads: a report replaced the Dockerfile, the configuration, an auth file", async () => {
    const directory = temporaryDirectory();
    const files = { Dockerfile: "FROM scratch\n", ".ballast.yaml": "version: 1\n", "auth.json": "{}", "images.txt": `${demo}\n` };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    for (const [file, args] of [
      ["Dockerfile", ["analyze", demo, "--dockerfile", "Dockerfile"]],
      [".ballast.yaml", ["check", demo]],
      ["auth.json", ["secrets", demo, "--authfile", "./auth.json"]],
      ["images.txt", ["survey", "--manifests-only", "--from", "images.txt"]],
    ] as const) {
      const result = await runCli([...args, "-q", "--format", `json=${file}`], { cwd: directory });
      expect([result.status, result.stderr]).toEqual([2, expect.stringContaining(`${file} is a file that this run reads`)]);
      expect(readFileSync(join(directory, file), "utf8")).toBe(files[file]);
    }
  });

  it("is written through where it is a link, and stays one", async () => {
    const directory = temporaryDirectory();
    const [target, name] = [join(directory, "target.tar"), join(directory, "link.tar")];
    writeFileSync(target, "old", { mode: 0o640 });
    symlinkSync("target.tar", name);
    expect(await runCli(["export", "-q", demo, "/", "-o", name])).toMatchObject({ status: 3 });
    expect(readFileSync(target, "utf8")).toBe("old");
    expect(await runCli(["export", "-q", demo, "/", "-o", name, "-f"])).toMatchObject({ status: 0 });
    expect(readlinkSync(name)).toBe("target.tar");
    expect(statSync(target).size).toBeGreaterThan(1000);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    const loose = join(directory, "loose.json");
    symlinkSync("new.json", loose);
    expect(await runCli(["analyze", "-q", demo, "--format", `json=${loose}`])).toMatchObject({ status: 0 });
    expect(readlinkSync(loose)).toBe("new.json");
    expect(readFileSync(join(directory, "new.json"), "utf8")).toContain("schemaVersion");
  });

  it.skipIf(!isRoot)("is refused where it is another user's link in a directory for everybody", async () => {
    const directory = temporaryDirectory();
    const victim = join(directory, "victim");
    writeFileSync(victim, "precious");
    const shared = join(directory, "shared");
    mkdirSync(shared);
    execFileSync("chmod", ["1777", shared]);
    symlinkSync(victim, join(shared, "report.json"));
    execFileSync("chown", ["-h", "65534", join(shared, "report.json")]);
    const result = await runCli(["analyze", "-q", demo, "--format", `json=${join(shared, "report.json")}`]);
    expect(result.stderr).toContain("belongs to another user");
    expect(result.status).toBe(3);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  it("comes back when the result does not pass its verification", async () => {
    const target = join(temporaryDirectory(), "out.tar");
    writeFileSync(target, "the last good one");
    const destination = archiveDestination("docker-archive", target, null);
    const options = { force: true, connection: {} };
    await destination.write(outgoingOf({ layers: [[file("a")]], tags: ["a:1"] }), options);
    expect(statSync(target).size).toBeGreaterThan(1000);
    await destination.remove(options);
    await destination.remove(options);
    expect(readFileSync(target, "utf8")).toBe("the last good one");
    expect(readdirSync(join(target, ".."))).toEqual(["out.tar"]);
  });
});

describe("temporary files", () => {
  it("cannot be guessed, and follow no link that lies in wait", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "victim"), "precious");
    const run = (name: string, command: string): void => {
      const script = `ln -s victim ${name}.$$.part; ln -s victim ${name}.$$.tmp; exec ${process.execPath} ${cliPath} ${command}`;
      execFileSync("sh", ["-c", script], { cwd: directory, env: cleanEnvironment() });
    };
    run("rep.json", `analyze -q --format json=rep.json ${demo}`);
    run("o.tar", `export -q ${demo} / -o o.tar`);
    expect(readFileSync(join(directory, "victim"), "utf8")).toBe("precious");
    expect(lstatSync(join(directory, "rep.json")).isFile()).toBe(true);
  });

  it("of a run that was killed are swept by the next one", async () => {
    const TMPDIR = temporaryDirectory();
    const child = spawn(process.execPath, [cliPath, "squash", "-q", "--all", "-", "-o", join(temporaryDirectory(), "o.tar")], {
      env: { ...cleanEnvironment(), TMPDIR },
      stdio: ["pipe", "ignore", "ignore"],
    });
    // Of an archive that never ends: the run is still at it, however late it is killed.
    child.stdin.on("error", () => undefined).write(readFileSync(demo).subarray(0, 100_000));
    while (!readdirSync(TMPDIR).some((name) => name.startsWith("ballast-"))) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await once(child, "close");
    expect(readdirSync(TMPDIR).length).toBeGreaterThan(0);
    expect(await runCli(["analyze", "-q", demo], { env: { TMPDIR } })).toMatchObject({ status: 0 });
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it("of a killed run beside a destination are swept by the next one that writes there", async () => {
    const directory = temporaryDirectory();
    const left = besideName(join(directory, "o.tar")).replace(ownerName(), deadOwner());
    writeFileSync(left, "half");
    expect(await runCli(["export", "-q", demo, "/", "-o", join(directory, "o.tar")])).toMatchObject({ status: 0 });
    expect(readdirSync(directory)).toEqual(["o.tar"]);
  });

  it("of live runs, of other users, of other machines and of other programs are left alone", async () => {
    const TMPDIR = temporaryDirectory();
    const random = "0123456789ab";
    const kept = [`ballast-${ownerName()}-${random}`, `ballast-1-1-ffffffff-${random}`, "ballast-notes", "ballast-1-2-3"];
    for (const name of kept) mkdirSync(join(TMPDIR, name));
    if (isRoot) {
      kept.push(`ballast-${deadOwner()}-${random}`);
      mkdirSync(join(TMPDIR, kept.at(-1)!));
      chownSync(join(TMPDIR, kept.at(-1)!), 65534, 65534);
    }
    expect(await runCli(["analyze", "-q", demo], { env: { TMPDIR } })).toMatchObject({ status: 0 });
    expect(readdirSync(TMPDIR).toSorted()).toEqual(kept.toSorted());
  });

  it("are not hard-linked files of somebody else: a replaced file's other names keep the old content", async () => {
    const directory = temporaryDirectory();
    const [target, other] = [join(directory, "o.json"), join(directory, "other.json")];
    writeFileSync(target, "old");
    linkSync(target, other);
    expect(await runCli(["analyze", "-q", demo, "--format", `json=${target}`])).toMatchObject({ status: 0 });
    expect(readFileSync(other, "utf8")).toBe("old");
  });
});
