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
  checkOwners(document as OwnedReport);
  return document;
}

const validateSurvey = ajv.compile(JSON.parse(readFileSync(join(projectRoot, "schema/survey.schema.json"), "utf8")) as object);

// oxlint-disable-next-line typescript/no-explicit-any -- tests read the document the way a script does
export function parseSurvey(text: string): any {
  const document: unknown = JSON.parse(text);
  if (!validateSurvey(document)) throw new Error(`the survey does not fit its schema: ${ajv.errorsText(validateSurvey.errors)}`);
  return document;
}

interface OwnedReport {
  readonly image: { readonly finalBytes: number };
  readonly owners?: readonly { readonly bytes: number }[];
  readonly packages?: readonly { readonly bytes: number }[];
}

/** Every live byte has one owner: whatever a test looks at, its report must add up. */
function checkOwners({ image, owners = [], packages = [] }: OwnedReport): void {
  const bytes = owners.reduce((sum, owner) => sum + owner.bytes, 0);
  if (bytes !== image.finalBytes) throw new Error(`the owners have ${bytes} bytes, the final tree ${image.finalBytes}`);
  const packaged = packages.reduce((sum, found) => sum + found.bytes, 0);
  if (packaged > bytes) throw new Error(`the packages have ${packaged} bytes, all owners ${bytes}`);
}
