import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { runCli } from "../../helpers/run-cli.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

it("ssh that leaves a process behind, as ControlPersist does, does not keep the program from ending", async () => {
  const directory = temporaryDirectory();
  const ssh = join(directory, "ssh");
  const lines = [
    "#!/bin/sh",
    "sleep 300 >/dev/null &",
    `echo $! > '${join(directory, "pid")}'`,
    "read -r line",
    String.raw`printf 'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'`,
  ];
  writeFileSync(ssh, `${lines.join("\n")}\n`);
  chmodSync(ssh, 0o755);
  onTestFinished(() => void process.kill(Number(readFileSync(join(directory, "pid"), "utf8"))));
  const env = { PATH: [directory, process.env["PATH"]].join(delimiter), DOCKER_HOST: "ssh://me@engine" };
  const { status, stderr } = await runCli(["analyze", "docker-daemon:app:1"], { env });
  expect(status).toBe(3);
  expect(stderr).toContain("ssh://me@engine answers 500 to GET /_ping");
});
