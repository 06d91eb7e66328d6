import { expect, it } from "vitest";

import { nextPage } from "../../../src/transports/registry/lists.ts";
import { parseSourceName } from "../../../src/transports/survey/source-name.ts";

const kindOf = (text: string): string => {
  const name = parseSourceName(text, (path) => path === "images");
  if (name.kind === "catalog") return `catalog ${name.registry} ${name.glob?.text ?? ""}`.trim();
  if (name.kind === "repository") return `repository ${name.registry}/${name.repository}`;
  if (name.kind === "tag")
    return `tag ${name.reference.registry}/${name.reference.repository}:${name.reference.tag ?? name.reference.digest}`;
  return name.kind;
};

it.each([
  ["docker://registry.example", "catalog registry.example"],
  ["docker://localhost:5000", "catalog localhost:5000"],
  ["docker://registry:5000", "catalog registry:5000"],
  ["docker://registry/", "catalog registry"],
  ["docker://[::1]:5000", "catalog [::1]:5000"],
  ["docker://registry.example/team/*", "catalog registry.example team/*"],
  ["docker://registry.example/team/app", "repository registry.example/team/app"],
  ["docker://registry.example/team/app:1", "tag registry.example/team/app:1"],
  ["docker://debian", "repository docker.io/library/debian"],
  ["docker://debian:12", "tag docker.io/library/debian:12"],
  ["docker://nginx:1.25", "tag docker.io/library/nginx:1.25"],
  ["registry.example/team/app:1", "tag registry.example/team/app:1"],
  ["docker-daemon:", "engine"],
  ["containerd:", "engine"],
  ["docker-daemon:app:1", "image"],
  ["images", "path"],
  ["app:1", "image"],
])("%s is a %s", (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

it.each([
  ["podman", "podman:"],
  ["localhost:5000", "docker://localhost:5000"],
  ["registry.example:443/", "docker://registry.example:443"],
  ["https://registry.example/", "docker://registry.example"],
])("%s, which would be asked of Docker Hub, is refused with what to write", (text, meant) => {
  expect(() => kindOf(text)).toThrow(
    expect.objectContaining({ code: "bad-argument", hint: expect.stringContaining(`write ${meant}`) as string }) as Error,
  );
});

it("follows the link to the next page on the host that was asked, whatever host the link names", () => {
  const base = new URL("https://registry.example/v2/_catalog?n=2");
  expect(nextPage('</v2/_catalog?last=b&n=2>; rel="next"', base)).toBe("/v2/_catalog?last=b&n=2");
  expect(nextPage("<http://internal:5000/v2/_catalog?last=b>; rel=next", base)).toBe("/v2/_catalog?last=b");
  expect(nextPage('</v2/_catalog?last=a>; rel="prev", </v2/_catalog?last=c>; rel="next"', base)).toBe("/v2/_catalog?last=c");
  expect(nextPage(undefined, base)).toBeNull();
});
