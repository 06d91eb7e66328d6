/** What a worker's process uses for every job: caches, registry clients, and a scanner for the current survey. */
import { join } from "node:path";

import { compileRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { DocumentCache } from "../../cache/document-cache.ts";
import { LayerCache } from "../../cache/layer-cache.ts";
import type { ImageWork } from "../../operations/survey/judge-image.ts";
import { Scanner } from "../../scan/scanner.ts";
import { RegistryClients } from "../../transports/survey/registry-clients.ts";
import type { OpenOptions } from "../../transports/transport.ts";
import type { RunSpec } from "../run-record.ts";
import { defined } from "../../base/defined.ts";

/** For how many repositories connections and tokens are kept. */
const mostClients = 32;

export interface RunTools {
  readonly scanner: Scanner;
  readonly work: ImageWork;
  /** Of the rules for file contents; null when contents are not searched. */
  readonly rulesId: string | null;
}

export class WorkerResources {
  readonly layers: LayerCache;
  readonly clients: RegistryClients;
  readonly open: OpenOptions;
  readonly #directory: string;
  #tools: { readonly run: string; readonly tools: Promise<RunTools> } | null = null;

  /** @param directory this machine's own cache, shared by its processes */
  constructor(directory: string, open: OpenOptions) {
    this.#directory = join(directory, "layers");
    this.layers = new LayerCache(this.#directory, "everything");
    this.open = open;
    this.clients = new RegistryClients(open, new DocumentCache(join(directory, "documents")), mostClients);
  }

  /** Scanner and rules of one survey, kept until a job of another one comes. */
  async toolsFor(run: string, spec: RunSpec): Promise<RunTools> {
    if (this.#tools?.run !== run) {
      await this.#putAway();
      this.#tools = { run, tools: this.#makeTools(spec) };
    }
    return this.#tools.tools;
  }

  async close(): Promise<void> {
    await this.#putAway();
    await this.clients.close();
  }

  async #makeTools({ secrets, maxRatio, ...work }: RunSpec): Promise<RunTools> {
    const { mode, rules: options, rulesId: id, baseline } = secrets;
    if (options.user !== null) await (await import("../../../analyzers/secrets/match/user/linear-pattern.ts")).loadLinearEngine();
    const compiled = compileRules(options);
    const scanner = new Scanner({
      verify: true,
      rules: mode === "full" ? { id, options } : null,
      cacheDirectory: this.#directory,
      readOnce: true,
      // One thread in addition to this one, which has to keep telling Redis that it is alive.
      workers: 1,
      ...defined({ maxRatio }),
    });
    return {
      scanner,
      work: { ...work, secrets: { mode, rules: async () => compiled, ...defined({ baseline }) } },
      rulesId: mode === "full" ? id : null,
    };
  }

  async #putAway(): Promise<void> {
    const before = this.#tools;
    this.#tools = null;
    // Tools that could not be made need not be closed.
    const tools = await before?.tools.catch(() => null);
    await tools?.scanner.close();
  }
}
