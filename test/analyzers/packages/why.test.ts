import { expect, it } from "vitest";

import type { PackageRow } from "../../../analyzers/packages/model.ts";
import { chainOf, shortWhy, whyText } from "../../../analyzers/packages/why.ts";

const row = (index: number, name: string, reason: PackageRow["reason"], changes: Partial<PackageRow> = {}): PackageRow => ({
  index,
  ecosystem: "dpkg",
  name,
  version: "1",
  architecture: null,
  bytes: 0,
  files: 0,
  bytesWithDependents: 0,
  documentationBytes: 0,
  requested: "manual",
  reason,
  layer: 2,
  location: `/var/lib/dpkg/info/${name}.list`,
  needs: [],
  recommends: [],
  suggests: [],
  develops: [],
  contains: [],
  within: null,
  isOrphan: false,
  ...changes,
});

const packages = [
  row(0, "git", { kind: "requested", by: null, root: 0 }),
  row(1, "libcurl4", { kind: "dependency", by: 0, root: 0 }),
  row(2, "ca-certificates", { kind: "recommended", by: 1, root: 0 }),
  row(3, "bash", { kind: "requested", by: null, root: 3 }, { requested: "unknown", layer: 0 }),
  row(4, "libold", { kind: "orphan", by: null, root: 4 }),
  row(5, "python3-six", { kind: "dependency", by: 0, root: 0 }),
  row(6, "six", { kind: "requested", by: null, root: 6 }, { ecosystem: "python", within: 5 }),
];

it.each([
  ["git", "requested in layer 2", "requested"],
  ["libcurl4", "dependency of git, requested in layer 2", "for git"],
  ["ca-certificates", "recommended by libcurl4, for git, requested in layer 2", "rec. by libcurl4"],
  ["bash", "essential in layer 0", "requested"],
  ["libold", "nothing needs it, from layer 2", "orphan"],
  // What the system's package installed is a part of it, whoever asks for it by its own name.
  ["six", "part of python3-six", "in python3-six"],
])("%s is there as %s", (name, why, short) => {
  const { index } = packages.find((each) => each.name === name)!;
  expect([whyText({ packages }, index), shortWhy({ packages }, index)]).toEqual([why, short]);
});

it("the chain leads to what was asked for", () => {
  expect(chainOf({ packages }, 2).map(({ name }) => name)).toEqual(["ca-certificates", "libcurl4", "git"]);
});
