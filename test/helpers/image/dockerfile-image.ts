/** An image as far as matching a Dockerfile looks at it, from the rows of its history. */
import { parseConfig } from "../../../src/image/config.ts";
import type { Image } from "../../../src/image/image.ts";

/** `layer|command` is a row with a layer, `empty|command` one without. */
export function imageWith(rows: readonly string[]): Pick<Image, "config" | "layers"> {
  const history = rows.map((row) => {
    const bar = row.indexOf("|");
    return { created_by: row.slice(bar + 1), ...(row.startsWith("empty") ? { empty_layer: true } : {}) };
  });
  const count = rows.filter((row) => row.startsWith("layer")).length;
  const config = {
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: Array.from({ length: count }, (_, i) => `sha256:${String(i).padStart(64, "0")}`) },
    history,
  };
  return { config: parseConfig(Buffer.from(JSON.stringify(config)), "config"), layers: Array.from({ length: count }) as never };
}
