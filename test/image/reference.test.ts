import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { familiarReference, formatReference, parseReference, parseReferenceOrNull, sameReference } from "../../src/image/reference.ts";

const digest = `sha256:${"0".repeat(64)}`;

describe("image names", () => {
  it.each([
    ["debian", "docker.io/library/debian:latest", "debian:latest"],
    ["debian:bookworm", "docker.io/library/debian:bookworm", "debian:bookworm"],
    ["me/app", "docker.io/me/app:latest", "me/app:latest"],
    ["docker.io/debian", "docker.io/library/debian:latest", "debian:latest"],
    ["index.docker.io/library/debian", "docker.io/library/debian:latest", "debian:latest"],
    ["localhost/app", "localhost/app:latest", "localhost/app:latest"],
    ["localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1"],
    ["[::1]:5000/app", "[::1]:5000/app:latest", "[::1]:5000/app:latest"],
    ["ghcr.io/a/b/c:v1.2_3-x", "ghcr.io/a/b/c:v1.2_3-x", "ghcr.io/a/b/c:v1.2_3-x"],
    [`debian@${digest}`, `docker.io/library/debian@${digest}`, `debian@${digest}`],
    [`debian:12@${digest}`, `docker.io/library/debian:12@${digest}`, `debian:12@${digest}`],
    ["a__b/c.d-e", "docker.io/a__b/c.d-e:latest", "a__b/c.d-e:latest"],
  ])("reads %s as %s", (text, complete, familiar) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(complete);
    expect(familiarReference(reference)).toBe(familiar);
    expect(parseReference(complete)).toEqual(reference);
  });

  it.each([
    "",
    "Debian",
    "a//b",
    "/a",
    "a/",
    "a:",
    ":a",
    "a:b c",
    "a@sha256:12",
    `a:${"t".repeat(129)}`,
    "a/../b",
    "-a",
    "a b",
    "a\u001b[1m",
    "x".repeat(300),
  ])("refuses %j", (text) => {
    expect(parseReferenceOrNull(text)).toBeNull();
    expect(() => parseReference(text)).toThrow(BallastError);
  });

  it("knows two spellings of one name", () => {
    expect(sameReference("docker.io/library/app:1", "app:1")).toBe(true);
    expect(sameReference("app", "app:latest")).toBe(true);
    expect(sameReference("app:1", "app:2")).toBe(false);
  });
});

it.each(["registry.example:99999", "256.1.1.1:5000", "1.2.3.400"])("%s looks like a registry's host, and is none", (host) => {
  expect(() => parseReference(`${host}/app:1`)).toThrow(`"${host}" is not a registry host`);
});

it("a name with a user and a password before its registry is refused without the password, and a digest is no user", () => {
  for (const name of ["u:pass-word@ghcr.io/a/b:1", "token@ghcr.io/a", `u:pass-word@ghcr.io/a@${digest}`]) {
    expect(() => parseReference(name)).toThrow(/^"…@ghcr\.io\/a.* begins with a user or password/);
    expect(() => parseReference(name)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("docker login") as string }) as Error,
    );
  }
  expect(() => parseReference("a:b@c")).toThrow(/what follows the @ is not a sha256/);
});
