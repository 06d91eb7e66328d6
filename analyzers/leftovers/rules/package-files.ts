/**
 * Single files and folders of packages that are needed only for building, debugging or testing. The report lists them with the packages
 * they belong to (`analyzers/packages/findings`), not among the leftovers; `optimize` removes them when asked to.
 */
import type { LeftoverRule } from "./rule.ts";

export type PackageFileCategory = "static" | "maps" | "tests";
export type PackageFileRule = LeftoverRule<PackageFileCategory>;

const folderNames = "(?:tests?|__tests__|spec|examples?|benchmarks?)";
/** The folders into which npm and pip install, with the slash; the package's name follows. */
const modules = "(?:node_modules/(?:@[^/]+/)?|(?:site|dist)-packages/)";
const installed = `(?:${modules}|gems/)`;
/** Folders that a package copies into a project it sets up: tests in them are for that project. */
const copied = "[-_/](?:templates?|skeletons?|scaffolds?|scaffolding|generators?|schematics|blueprints?|boilerplates?|stubs)(?:[-_][^/]*)?";

export const packageFileRules: readonly PackageFileRule[] = [
  {
    id: "static-libraries",
    title: "static and libtool archives",
    category: "static",
    pattern: /(?:^|\/)lib.*\.l?a$/,
    name: /\.l?a$/,
    remedies: [{ advice: "only linking needs them: link in an earlier stage, or remove *.a and *.la in the RUN that brings them" }],
  },
  {
    id: "source-maps",
    title: "source maps",
    category: "maps",
    pattern: /\.(?:[cm]?js|css|ts)\.map$/,
    name: /\.map$/,
    remedies: [{ advice: "build without them, or upload them to your error tracker and leave them out" }],
  },
  {
    id: "test-directories",
    title: "tests and examples of installed packages",
    category: "tests",
    unit: 0,
    // In a gem only those next to `lib`: what is in `lib` is code (`lib/rack/test` is what rack-test is for).
    pattern: new RegExp(`(?:^|/)(?:gems/[^/]+/|${modules}[^/]+/(?:[^/]+/)*?)${folderNames}/`),
    // A folder of that name that is itself a package was installed on purpose.
    keep: new RegExp(`(?:(?:^|/)${installed}|${copied}/(?:[^/]+/)*?)${folderNames}/`),
    remedies: [{ advice: "remove them in the RUN that installs the packages" }],
  },
];
