/** Other commands that have a part in a cache: a fix that takes it from them would end the build. */
import { describe, expect, it } from "vitest";

import { fixImage, imageOf } from "../../helpers/image/fixed-dockerfile.ts";
import type { Built } from "../../helpers/image/fixed-dockerfile.ts";

/** Ids of the fixes for a file whose second line leaves `path`, or whose last does. */
async function fixes(runs: readonly string[], path: string, more: Partial<Built> = {}, line = 2): Promise<readonly string[]> {
  const text = `FROM base\n${runs.join("\n")}\n`;
  const layers = Object.fromEntries(runs.map((_, at) => [at + 2, { [at + 2 === line ? path : `opt/${at}`]: 100_000 }]));
  return (await fixImage(text, imageOf(text, { layers, ...more }))).fixed.fixes.map(({ id }) => id);
}

const apt = "RUN apt-get update && apt-get install -y tool";
const lists = "var/lib/apt/lists/main";
const pip = "root/.cache/pip/http-v2/x";

describe("a cache that something else insists on is not taken away before", () => {
  it.each<[string, readonly string[], string, readonly string[]]>([
    ["apt's lists that rm without -f deletes later", [apt, "RUN rm -r /var/lib/apt/lists/*"], lists, []],
    ["… and with -f", [apt, "RUN rm -rf /var/lib/apt/lists/*"], lists, ["apt-lists:2"]],
    ["… that a glob reads", [apt, "RUN grep -h Version /var/lib/apt/lists/*_Packages > /v"], lists, []],
    ["pip's, measured in the same RUN", ["RUN pip install a && du -sh ~/.cache/pip"], pip, []],
    ["pip's, of which a part is deleted in the same RUN", ["RUN pip install a && rm -r ~/.cache/pip/selfcheck"], pip, []],
    ["… and with -f", ["RUN pip install a && rm -rf ~/.cache/pip/selfcheck"], pip, ["pip-cache:2"]],
    ["pip's, that an old pip would not find to clear", ["RUN pip install a", "RUN pip cache remove a"], pip, []],
    ["yum's, out of which a package is copied", ["RUN yum install -y a", "RUN cp /var/cache/yum/a.rpm /opt/"], "var/cache/yum/a.rpm", []],
    ["apk's, deleted without -f", ["RUN apk update && apk add a", "RUN rm /var/cache/apk/*"], "var/cache/apk/APKINDEX.tar.gz", []],
  ])("%s", async (_, runs, path, ids) => {
    expect(await fixes(runs, path)).toEqual(ids);
  });
});

describe("a cache is not mounted where a RUN takes its directory away: it is busy, and the RUN fails", () => {
  const go = { config: { Env: ["GOPATH=/go", "CARGO_HOME=/usr/local/cargo"] } };
  it.each<[string, string, string]>([
    ["RUN npm ci && rm -rf ~/.npm", "RUN npm i -g tool", "root/.npm/_cacache/x"],
    ['RUN npm ci && rm -rf "$HOME/.npm"', "RUN npm i -g tool", "root/.npm/_cacache/x"],
    ["RUN yarn install && yarn cache clean", "RUN yarn build", "usr/local/share/.cache/yarn/v6/x"],
    ["RUN uv pip install a && uv cache clean", "RUN uv pip install b", "root/.cache/uv/x"],
    ["RUN uv pip install a && rm -rf /root/.cache/*", "RUN uv pip install b", "root/.cache/uv/x"],
    ["RUN go install a && go clean -modcache", "RUN go install b", "go/pkg/mod/cache/x"],
    ["RUN mvn -B package && mv /root/.m2 /opt/m2", "RUN mvn -B site", "root/.m2/repository/x"],
    ["RUN cargo install a && rm -rf ${CARGO_HOME}/registry", "RUN cargo install b", "usr/local/cargo/registry/x"],
  ])("%s", async (taking, leaving, path) => {
    expect(await fixes([taking, leaving], path, go, 3)).toEqual([]);
    // It is this that keeps it from being mounted.
    expect(await fixes([taking.replace(/ && .*/, " && rm -rf /tmp/work"), leaving], path, go, 3)).toHaveLength(1);
  });
});
