/** Checks a JSON report against the schema that ships with the package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";

import { projectRoot } from "./run-cli.ts";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(JSON.parse(readFileSync(join(projectRoot, "schema/report.schema.json"), "utf8")) as object);

// oxlint-disable-next-line typescript/no-explicit-any -- tests read the document the way a script does
export function parseReport(text: string): any {
  const document: unknown = JSON.parse(text);
  if (!validate(document)) throw new Error(`the report does not fit its schema: ${ajv.errorsText(validate.errors)}`);
  return document;
}
