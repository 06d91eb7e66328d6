/** What the image's config says, and how it was built. */
import { runUser } from "../../../analyzers/run-user.ts";
import { defined } from "../../base/defined.ts";
import { divergenceCodes } from "../../image/warning.ts";
import { displayPath, cleanPath } from "../../filesystem/paths.ts";
import type { Rule, RuleContext } from "../rule.ts";
import type { Evidence } from "../verdict.ts";

const dayMs = 86_400_000;

export const configRules = {
  "root-user": {
    title: "Root user",
    meaning: "The image runs as root when its config names no user, user 0, root or another that its /etc/passwd gives uid 0.",
    fix: "end the Dockerfile with USER and a user of its own",
    example: "true",
    measure({ analysis }) {
      const user = analysis.image.config.container.user ?? "";
      const found = runUser(analysis.image.config, analysis.accounts);
      if (found.is === "unknown") return { unjudged: `${found.why}; USER with a number says it` };
      return {
        value: found.is === "root" ? 1 : 0,
        text: user === "" ? "no user set" : `user ${user}`,
        ...(found.is === "root" ? { evidence: [{ message: found.why }] } : defined({ note: found.note ?? undefined })),
      };
    },
    breaks: ({ value }) => value > 0,
  },
  "required-labels": {
    title: "Required labels",
    meaning: "Labels that the image's config must carry, with a value.",
    fix: "add LABEL NAME=VALUE, or docker build --label",
    example: "[org.opencontainers.image.source, org.opencontainers.image.revision]",
    measure({ analysis }, threshold) {
      const labels = analysis.image.config.container.labels;
      const missing = (threshold as readonly string[]).filter((name) => !Object.hasOwn(labels, name) || labels[name] === "");
      return {
        value: missing.length,
        text: `${missing.length} missing`,
        evidence: missing.map((name) => ({ message: `the label ${name} is missing` })),
      };
    },
    breaks: ({ value }) => value > 0,
  },
  "unreproducible-layers": {
    title: "Layers that cannot be built again",
    meaning:
      "Layers with files dated in the future, or with the date of the build itself: a second build of the same source gives other digests.",
    fix: "build with SOURCE_DATE_EPOCH and BuildKit's rewrite-timestamp=true, or `ballast optimize` with fixed dates",
    example: "0",
    measure(context) {
      const evidence: Evidence[] = [];
      let undated = 0;
      for (const { index, created } of context.analysis.layers) {
        const built = Date.parse(created ?? context.analysis.image.config.created ?? "");
        const found = firstTelling(context, index, built);
        if (found !== null) evidence.push({ ...found, layer: index });
        else if (Number.isNaN(built)) undated += 1;
      }
      return {
        value: evidence.length,
        evidence,
        ...(undated === 0
          ? {}
          : { incomplete: `${undated} layers state no date of creation, so files dated at build time cannot be recognised` }),
      };
    },
  },
  "engine-divergence": {
    title: "Shapes that engines read differently",
    meaning:
      "Places where container engines show something else than the specification says. `codes` counts only some of them; docs/warnings.md lists them.",
    fix: "rebuild the layer with a current builder, or let `ballast squash` write it in the plain form",
    example: "0",
    measure(context) {
      const codes: readonly string[] = context.setting.codes ?? divergenceCodes;
      const found = context.analysis.warnings.filter(({ code, path }) => codes.includes(code) && !context.ignored(defined({ path })));
      const evidence = found.map(({ code, message, layer, path }) => ({
        message: `${message} [${code}]`,
        ...defined({ layer, path }),
      }));
      return { value: found.reduce((places, { count = 1 }) => places + count, 0), evidence };
    },
  },
} satisfies Record<string, Rule>;

/**
 * The first file whose date tells when the image was built. Builders that clamp dates set them to exactly the date of creation, so only
 * dates up to a day away from it count.
 */
function firstTelling(context: RuleContext, layer: number, built: number): { readonly path: string; readonly message: string } | null {
  const catalog = context.analysis.tree.catalogs[layer];
  if (catalog === undefined) return null;
  const { mtimeSeconds, mtimeNanos } = catalog.columns;
  for (let i = 0; i < catalog.length; i += 1) {
    const time = mtimeSeconds[i]! * 1000;
    const future = time > context.now + dayMs;
    const away = Math.abs(time - built);
    const atBuild = away <= dayMs && (Math.floor(built / 1000) !== mtimeSeconds[i] || mtimeNanos[i] !== 0);
    if (!future && !atBuild) continue;
    const path = displayPath(cleanPath(catalog.path(i)).path);
    if (context.ignored({ path })) continue;
    const date = Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : `${mtimeSeconds[i]} s after 1970`;
    return { path, message: future ? `is dated in the future (${date})` : `is dated at the time of the build (${date})` };
  }
  return null;
}
