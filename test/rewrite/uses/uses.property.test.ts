/** Images with any references into any folders that a plan may empty: what is used is never dropped, what is dropped is not referenced. */
import { expect, it } from "vitest";

import * as fc from "../../helpers/draws.ts";
import { keptAndDropped } from "../../helpers/image/uses.ts";

const folders = ["tmp", "var/tmp", "root/.cache/uv/archive-v0", "home/app/.npm/_npx", "home/app/.cache/uv/builds-v0"];

interface Reference {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: string;
  readonly entrypoint?: string;
  readonly volume?: string;
}

/** Ways to refer to `path` (`id` makes names of their own); null refers to nothing. */
const references: Readonly<Record<string, (path: string, id: number) => Reference>> = {
  symlink: (path, id) => ({ files: { [`opt/link-${id}`]: `-> /${path}` } }),
  "symlink chain": (path, id) => ({ files: { [`opt/one-${id}`]: `-> two-${id}`, [`opt/two-${id}`]: `-> ../${path}` } }),
  ENV: (path, id) => ({ env: `V${id}=/${path}` }),
  ENTRYPOINT: (path) => ({ entrypoint: `/${path}` }),
  shebang: (path, id) => ({ files: { [`usr/local/bin/s-${id}`]: `#!/${path} -x\n` } }),
  cron: (path, id) => ({ files: { [`etc/cron.d/job-${id}`]: `0 1 * * * root cd / && "/${path}" >/dev/null\n` } }),
  pth: (path, id) => ({ files: { [`usr/lib/python3/dist-packages/p-${id}.pth`]: `/${path}\n` } }),
  rpath: (path, id) => ({ files: { [`app/prog-${id}`]: `\x7fELF\0/lib:/${path}\0` } }),
  "home path": (path, id) => ({
    files: { [`app/run-${id}.sh`]: `exec ${path.replace(/^(?:root|home\/app)\//, "~/").replace(/^(?=tmp|var)/, "/")}\n` },
  }),
  VOLUME: (path) => ({ volume: `/${path}` }),
};

const units = fc.array(
  fc.record({
    folder: fc.constantFrom(...folders),
    inside: fc.constantFrom("bin/run", "lib/x y.txt", "a", "deep/er/file.bin"),
    reference: fc.option(fc.constantFrom(...Object.keys(references)), { nil: null }),
    whole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

it("what is used is never dropped, and what is dropped is not referenced", async () => {
  await fc.assert(
    fc.asyncProperty(units, async (chosen) => {
      const files: Record<string, string> = {};
      const env: string[] = [];
      const entrypoint: string[] = [];
      const volumes: Record<string, object> = {};
      const used: string[] = [];
      const unused: string[] = [];
      for (const [id, { folder, inside, reference, whole }] of chosen.entries()) {
        const unit = `${folder}/unit-${id}-`;
        files[`${unit}/${inside}`] = "data";
        (reference === null ? unused : used).push(`/${unit}/${inside}`);
        if (reference === null) continue;
        const told = references[reference]!(whole ? unit : `${unit}/${inside}`, id);
        Object.assign(files, told.files ?? {});
        if (told.env !== undefined) env.push(told.env);
        if (told.entrypoint !== undefined) entrypoint.push(told.entrypoint);
        if (told.volume !== undefined) volumes[told.volume] = {};
      }
      const { kept, dropped } = await keptAndDropped({ files, config: { Env: env, Entrypoint: entrypoint, Volumes: volumes } });
      expect(Object.keys(kept).sort()).toEqual(used.sort());
      expect(dropped.sort()).toEqual(unused.sort());
    }),
    { numRuns: 300 },
  );
});
