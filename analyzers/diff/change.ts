export type Change = "added" | "removed" | "changed";

/** What became of a thing that was there on one side of a comparison or on both. */
export function changeOf(wasThere: boolean, isThere: boolean): Change {
  if (!wasThere) return "added";
  return isThere ? "changed" : "removed";
}
