import { expect, it } from "vitest";

import { packageNameProblem, parseForbiddenName } from "../../../src/base/text/package-name.ts";

it.each([
  ["telnetd", "dpkg", "telnetd", true],
  ["deb:telnetd", "dpkg", "telnetd", true],
  ["apt:telnetd", "rpm", "telnetd", false],
  ["pypi:PyYAML", "python", "pyyaml", true],
  ["ruamel.yaml", "python", "ruamel_yaml", true],
  ["ruamel.yaml", "npm", "ruamel_yaml", false],
  ["Event-Stream", "npm", "event-stream", true],
  ["node:@scope/*", "npm", "@scope/a", true],
  ["org.x:log4j*", "java", "org.x:log4j-core", true],
  ["maven:org.x:log4j*", "java", "org.x:log4j-core", true],
  ["lib[!x]*", "dpkg", "liba", true],
])("%s, of %s %s: %s", (typed, ecosystem, name, is) => {
  expect(packageNameProblem(typed)).toBeNull();
  expect(parseForbiddenName(typed).matches(ecosystem, name)).toBe(is);
});
