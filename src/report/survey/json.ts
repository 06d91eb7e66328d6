/** The JSON of a survey: `schemaVersion` 1, to which keys are only ever added. `schema/survey.schema.json` describes it. */
import type { ImageShare } from "../../../analyzers/ledger/model.ts";
import type { Survey, SurveyedImage } from "../../../analyzers/survey/survey.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { schemaVersion } from "../json.ts";

export function surveyDocument(survey: Survey): Record<string, unknown> {
  const { ledger } = survey;
  const shares = new Map(ledger.images.map((row) => [row.image, row]));
  return {
    schemaVersion,
    tool: { name: toolName, version: toolVersion },
    totals: { ...ledger.totals, artifacts: survey.artifacts, unreadable: survey.unreadable.length, leftOut: survey.leftOut },
    analysed: survey.analysed,
    images: survey.images.map((image) => imageRow(image, shares.get(image.held)!)),
    secrets: survey.secrets ?? [],
    secretsScanned: survey.secrets !== null,
    tags: ledger.tags,
    repositories: ledger.repositories,
    prefixes: ledger.prefixes,
    layersByUse: ledger.layersByUse,
    sharedLayers: ledger.sharedLayers,
    baseFamilies: ledger.families,
    staleBases: ledger.staleBases,
    identical: ledger.identical,
    unreadable: survey.unreadable,
  };
}

function imageRow(image: SurveyedImage, { bytes, exclusiveBytes, sharedBytes }: ImageShare): Record<string, unknown> {
  const { name, names, held, figures, verdict, unreadable, selected } = image;
  return {
    name,
    names,
    digest: held.id,
    configDigest: held.configDigest,
    platform: held.platform,
    created: held.created,
    layers: held.layers.map(({ digest }) => digest),
    storedBytes: bytes,
    exclusiveBytes,
    sharedBytes,
    selected,
    analysis: figures,
    verdict,
    unreadable,
  };
}
