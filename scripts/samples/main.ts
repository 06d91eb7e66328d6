/** `npm run samples`: writes the images in samples/ again, byte for byte. */
import { writeFileSync } from "node:fs";

import { samples } from "./all.ts";

for (const [name, make] of Object.entries(samples)) {
  const bytes = make();
  writeFileSync(`samples/${name}`, bytes);
  console.log(`samples/${name}: ${bytes.length.toLocaleString("en")} bytes`);
}
