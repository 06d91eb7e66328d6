import { expect, it } from "vitest";

import { cliHere } from "../helpers/run-here.ts";

/** Fails by its flags before any image is looked for. */
const told = async (env: Readonly<Record<string, string>>): Promise<string> =>
  (await cliHere(["check", "--rules", "none", "missing.tar"], env)).stderr.replaceAll("note: the environment variable ", "").trim();

const nothingJudged = /^error: no rule is set|^no rule is set/m;

it.each([
  ["BALLAST_FIAL_IMAGE_SIZE", "10kB", "BALLAST_FAIL_IMAGE_SIZE"],
  ["BALLAST_IMAGE_SIZE", "10kB", "BALLAST_FAIL_IMAGE_SIZE"],
  ["BALLAST_SECRETS", "off", "BALLAST_FAIL_SECRETS or the flag --secrets"],
  ["BALLAST_FORMAT", "json", "the flag --format"],
  ["BALLAST_CONFG", "ci/gate.yaml", "BALLAST_CONFIG"],
  ["ballast_fail_image_size", "10kB", "BALLAST_FAIL_IMAGE_SIZE"],
])("%s was passed over in silence, and the gate went on without it", async (name, value, meant) => {
  expect(await told({ [name]: value })).toContain(`${name} is not read; did you mean ${meant}?`);
});

it("names a variable that is near to none, and keeps quiet about those of other commands, of samples and of Kubernetes", async () => {
  expect(await told({ BALLAST_WHATEVER_THIS_IS: "1" })).toMatch(/^BALLAST_WHATEVER_THIS_IS is not read$/m);
  const others = {
    BALLAST_QUEUE: "q",
    BALLAST_THEME: "dark",
    BALLAST_INPUT_IMAGE: "x",
    BALLAST_SERVICE_HOST: "h",
    BALLAST_PORT_80_TCP: "t",
  };
  const quiet = await told({ ...others, BALLAST_VERSION: "main", BALLAST_REPO: "/src/ballast", BALLAST_CONFG: "", ballast_home: "x" });
  expect(quiet).toMatch(nothingJudged);
  expect(quiet).not.toContain("BALLAST_");
});
