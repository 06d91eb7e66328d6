/** What no scan of contents sees may hold a secret all the same: a scrubbed image says so, without showing it. */
import { expect, it } from "vitest";

import { loadRules } from "../../analyzers/secrets/match/user/load-rules.ts";
import { secretsInNames } from "../../src/operations/secrets-in-names.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { readLayers } from "../helpers/trees/tree-lines.ts";

const token = ["ghp", "Zk3Vb9QxT7mWc2LpR8sYd4HfJ6nGa10MmfVY"].join("_");

it("names every place, masked, once", async () => {
  const layers = [
    caseTar([
      { path: `app/${token}/config`, typeflag: "0", content: "1" },
      { path: `app/${token}/data`, typeflag: "0", content: "1" },
      { path: "app/link", typeflag: "2", link: `/run/${token}` },
      { path: "app/attribute", typeflag: "0", content: "1", xattrs: { "user.token": `\0${token}` } },
      { path: "app/plain", typeflag: "0", content: "1", xattrs: { "security.capability": "\x01\0\0\x02" } },
    ]),
  ];
  expect(secretsInNames(readLayers(layers).tree, await loadRules())).toEqual([
    "GitHub personal access token in the name of /app/********",
    "GitHub personal access token in the target of the symlink /app/link",
    "GitHub personal access token in an extended attribute of /app/attribute",
  ]);
});

it("says nothing of names that are none", async () => {
  const layer = caseTar([{ path: "root/.ssh/id_ed25519.pub", typeflag: "0", content: "1" }]);
  expect(secretsInNames(readLayers([layer]).tree, await loadRules())).toEqual([]);
});
