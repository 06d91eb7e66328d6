import { baseName } from "../../../../src/filesystem/paths.ts";
import type { CompiledRules } from "../compile-rules.ts";
import { isPackagePlace, styleOf } from "../pairs/text-style.ts";
import { formatOf } from "./file-formats.ts";

/** Whether a file would be judged the same at both paths (byte strings), whatever its content. */
export function isJudgedAlike(rules: CompiledRules, a: string, b: string): boolean {
  // Rules and allow lists of a user may refer to any path.
  return a === b || (rules.user === null && judgementAt(a) === judgementAt(b));
}

function judgementAt(path: string): string {
  const style = styleOf(path);
  return [style, formatOf(path, style)?.name, isPackagePlace(path), baseName(path)].join("\0");
}
