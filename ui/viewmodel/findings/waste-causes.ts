import type { WasteCause } from "../../../analyzers/analysis.ts";

export const causeTitles: Readonly<Record<WasteCause, string>> = {
  overwritten: "Overwritten: a later layer stored new content",
  removed: "Removed: a later layer deleted or replaced it",
  metadata: "Metadata: stored again because mode, owner, time or attributes changed",
  identical: "Identical: stored again with nothing changed",
};
