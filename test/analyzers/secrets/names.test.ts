/** What no scan of contents sees may hold a secret all the same: it is found, without being shown. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { secretsInNames } from "../../../analyzers/secrets/findings/secrets-in-names.ts";
import { loadRules } from "../../../analyzers/secrets/match/user/load-rules.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file, symlink, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { caseTar } from "../../helpers/trees/case-tar.ts";
import { readLayers } from "../../helpers/trees/tree-lines.ts";

const token = ["ghp", "Zk3Vb9QxT7mWc2LpR8sYd4HfJ6nGa10MmfVY"].join("_");

it("every place is named, masked, once", async () => {
  const layers = [
    caseTar([
      { path: `app/${token}/config`, typeflag: "0", content: "1" },
      { path: `app/${token}/data`, typeflag: "0", content: "1" },
      { path: `app/${token}/link`, typeflag: "2", link: `/run/${token}` },
      { path: "app/attribute", typeflag: "0", content: "1", xattrs: { "user.token": `\0${token}` } },
      { path: "app/plain", typeflag: "0", content: "1", xattrs: { "security.capability": "\x01\0\0\x02" } },
    ]),
  ];
  const places = secretsInNames(readLayers(layers).tree, await loadRules());
  expect(places.map(({ match, what, masked }) => `${match.rule.id} ${what} ${masked}`)).toEqual([
    "github-pat name app/********",
    "github-pat link app/********/link",
    "github-pat attribute app/attribute",
  ]);
});

it("names that are none say nothing", async () => {
  const layer = caseTar([{ path: "root/.ssh/id_ed25519.pub", typeflag: "0", content: "1" }]);
  expect(secretsInNames(readLayers([layer]).tree, await loadRules())).toEqual([]);
});

it("a token in a name is reported in every format, and no format shows it", async () => {
  const path = join(temporaryDirectory(), "image.tar");
  const layers = [[file(`app/${token}.json`, "{}"), symlink("app/now", `/srv/${token}`)], [whiteout(`app/${token}.json`)]];
  writeFileSync(path, dockerArchive({ layers }));
  for (const format of ["text", "json", "sarif"]) {
    const { stdout, stderr, status } = await runCli(["secrets", "--format", format, "--no-cache", path]);
    expect(status).toBe(0);
    expect(stdout).toContain("/app/********.json");
    expect(stdout + stderr).not.toContain(token.slice(0, 12));
  }
  const { secrets } = JSON.parse((await runCli(["secrets", "--json", "--no-cache", path])).stdout) as { secrets: object[] };
  expect(secrets).toMatchObject([
    {
      rule: "github-pat",
      title: "GitHub personal access token in the name of a file",
      severity: "critical",
      state: "deleted in layer 1 but recoverable",
      redacted: "ghp_********",
      locations: [
        { surface: "file-name", layer: 0, path: "/app/********.json" },
        { surface: "file-name", layer: 0, path: "/app/now" },
      ],
    },
  ]);
});
