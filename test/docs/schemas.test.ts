/** Every command that prints JSON has a schema, and keeps to it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

import { cliHere } from "../helpers/run-here.ts";
import { projectRoot } from "../helpers/run-cli.ts";

const directory = join(projectRoot, "schema");
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const name of readdirSync(directory)) ajv.addSchema(JSON.parse(readFileSync(join(directory, name), "utf8")) as object);
const sample = (name: string): string => join(projectRoot, "samples", `${name}.tar`);

describe("schema/", () => {
  it.each<[string, readonly string[]]>([
    ["report", ["analyze", sample("secrets")]],
    ["report", ["analyze", "--files", "--dockerfile", join(projectRoot, "samples/demo.Dockerfile"), sample("demo")]],
    ["check", ["check", "--baseline", sample("release-1"), sample("release-2")]],
    ["report", ["check", "--baseline", sample("release-1"), sample("release-2")]],
    ["diff", ["diff", "--text", "**", sample("release-1"), sample("release-2")]],
    ["secrets", ["secrets", sample("secrets")]],
    ["packages", ["packages", sample("demo")]],
    ["survey", ["survey", sample("demo"), sample("secrets")]],
    ["fix", ["fix", "--dockerfile", join(projectRoot, "samples/demo.Dockerfile"), sample("demo")]],
  ])("%s.schema.json holds what `%s` prints", async (name, args) => {
    const { stdout, status } = await cliHere([...args, "--json"]);
    expect([0, 1]).toContain(status);
    const validate = ajv.getSchema(`${name}.schema.json`)!;
    expect([validate(JSON.parse(stdout)), validate.errors]).toEqual([true, null]);
    // A schema that lets everything pass would hold it, too.
    expect(validate({ ...(JSON.parse(stdout) as object), schemaVersion: 2 })).toBe(false);
  });
});
