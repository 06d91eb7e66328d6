/** Every rule of the gate. */
import type { RuleTable } from "./rule.ts";
import { configRules } from "./rules/config.ts";
import { contentRules } from "./rules/content.ts";
import { diveRules } from "./rules/dive.ts";
import { fileRules } from "./rules/files.ts";
import { packageRules } from "./rules/packages.ts";
import { sizeRules } from "./rules/size.ts";
import { wasteRules } from "./rules/waste.ts";

export const rules: RuleTable = {
  ...wasteRules,
  ...sizeRules,
  ...contentRules,
  ...packageRules,
  ...fileRules,
  ...configRules,
  ...diveRules,
};
