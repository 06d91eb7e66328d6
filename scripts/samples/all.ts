/** The images in samples/, by file name. */
import { dockerArchive, ociArchive } from "../../test/helpers/image-fixture.ts";
import { demo } from "./demo.ts";
import { withParents } from "./parents.ts";
import { platforms } from "./platforms.ts";
import { release1, release2 } from "./releases.ts";
import { secrets } from "./secrets.ts";
import { whiteouts } from "./whiteouts.ts";

const provenance = {
  buildType: "https://mobyproject.org/buildkit@v1",
  builder: { id: "" },
  invocation: { parameters: { frontend: "dockerfile.v0" } },
};

export const samples: Readonly<Record<string, () => Buffer>> = {
  "demo.tar": () => dockerArchive(withParents(demo), { shape: "25" }),
  "whiteouts.tar": () => dockerArchive(withParents(whiteouts), { shape: "1.10" }),
  "secrets.tar": () => dockerArchive(withParents(secrets), { shape: "29", layout: { provenance } }),
  "platforms.tar": () =>
    ociArchive(
      platforms.map((image) => withParents(image)),
      { attestations: true, provenance },
    ),
  "release-1.tar": () => ociArchive([withParents(release1)]),
  "release-2.tar": () => ociArchive([withParents(release2)]),
};
