/**
 * Package caches and other leftovers that builds forget, as data: where they are and how to keep them out. Paths are byte strings without
 * leading slash. The first rule that matches a path counts.
 */
import { fileRules } from "./rules/files.ts";
import { languagePackageRules } from "./rules/language-packages.ts";
import { packageFileRules } from "./rules/package-files.ts";
import type { PackageFileRule } from "./rules/package-files.ts";
import type { LeftoverRule } from "./rules/rule.ts";
import { storeRules } from "./rules/stores.ts";
import { systemPackageRules } from "./rules/system-packages.ts";

export type { LeftoverRule } from "./rules/rule.ts";

export const leftoverRules: readonly LeftoverRule[] = [...systemPackageRules, ...languagePackageRules, ...storeRules, ...fileRules];

/** Rules by which `optimize` may remove files: those of the report, and those that it lists with packages. */
export type DropRule = LeftoverRule | PackageFileRule;

export const dropRules: readonly DropRule[] = [...leftoverRules, ...packageFileRules];
