import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { readFlags } from "../../src/command-line/read-flags.ts";
import { awaitPassword, connectionFlags, connectionFrom } from "../../src/commands/flags/connection-flags.ts";
import { flagValues } from "../../src/commands/flags/flag.ts";

const parse = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  flagValues(connectionFlags, readFlags(connectionFlags, words)!, env);

describe("connection flags", () => {
  it("say nothing when none is given", () => {
    expect(connectionFrom(parse([]))).toEqual({});
  });

  it("turn seconds into milliseconds and names into what transports read", () => {
    const args = parse("--host ssh://me@box --timeout 1.5 --ca ca.pem --cert-dir /certs --insecure --pull".split(" "));
    expect(connectionFrom(args)).toEqual({
      host: "ssh://me@box",
      timeout: 1500,
      caFile: "ca.pem",
      certDirectory: "/certs",
      insecure: true,
      pull: true,
    });
  });

  it.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
  ])("take --timeout %s", (text, timeout) => {
    expect(connectionFrom(parse(["--timeout", text]))).toEqual({ timeout });
    expect(connectionFrom(parse([], { BALLAST_TIMEOUT: text }))).toEqual({ timeout });
  });

  it("take the auth file from REGISTRY_AUTH_FILE, and the flag before it", () => {
    expect(connectionFrom(parse([], { REGISTRY_AUTH_FILE: "/env.json" })).authFile).toBe("/env.json");
    expect(connectionFrom(parse(["--authfile", "/flag.json"], { REGISTRY_AUTH_FILE: "/env.json" })).authFile).toBe("/flag.json");
  });

  it("read the password from standard input without its line end", () => {
    const args = parse(["--username", "me", "--password-stdin"]);
    expect(connectionFrom(args, () => "s3cret\n")).toEqual({ username: "me", password: "s3cret", credentialsFor: null });
  });

  it("wait for a password that takes its writer a while, and take none from a terminal", async () => {
    const stdin = (more: object = {}): PassThrough & NodeJS.ReadStream => Object.assign(new PassThrough(), more) as never;
    const slow = stdin();
    const waiting = awaitPassword(slow);
    slow.write("s3");
    await sleep(50);
    slow.end("cret\r\n");
    await waiting;
    expect(connectionFrom(parse(["--username", "me", "--password-stdin"])).password).toBe("s3cret");
    await expect(awaitPassword(stdin({ isTTY: true }))).rejects.toThrow(/is a terminal, which would show the password/);
    const endless = stdin();
    endless.write("x".repeat(100_000));
    await expect(awaitPassword(endless)).rejects.toThrow(/more than a password/);
  });

  it.each([
    [["--username", "me"], /without --password-stdin/],
    [["--password-stdin"], /without --username/],
    [["--timeout", "0"], /--timeout/],
    [["--timeout", "soon"], /--timeout or BALLAST_TIMEOUT is "soon"/],
    [["--timeout", "25h"], /at most 24h/],
    [["--host", "a", "--host", "b"], /more than once/],
  ])("refuse %j", (argv, message) => {
    expect(() => connectionFrom(parse(argv), () => "x")).toThrow(message);
  });
});
