/** How a survey's second pass is done, by its flags: here, or by the workers of a queue. */
import { join } from "node:path";

import { BallastError } from "../../base/errors.ts";
import { loadSettings } from "../../config/load.ts";
import type { Settings } from "../../config/settings.ts";
import type { ImageWork } from "../../operations/survey/judge-image.ts";
import type { SecondPass } from "../../operations/survey/second-pass.ts";
import type { Progress } from "../../terminal/progress.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { parseSource } from "../../transports/survey/places.ts";
import type { CommandIo } from "../command.ts";
import { refuseEmptyGate } from "../shared/refuse-empty-gate.ts";
import { secretSettings } from "../shared/secret-settings.ts";
import type { SecretSettings } from "../shared/secret-settings.ts";
import { reportFormat } from "./flags.ts";
import type { SurveyArguments } from "./flags.ts";
import { defined } from "../../base/defined.ts";

interface SurveyRun {
  readonly sources: readonly string[];
  /** The directory that keeps what was read. */
  readonly state: string;
  readonly now: number;
  readonly progress: Progress;
}

export interface OpenPass {
  readonly pass: SecondPass;
  close(): Promise<void>;
}

/** @throws {BallastError} bad-argument, bad-config; what keeps the queue from being reached */
export async function openSecondPass(args: SurveyArguments, io: CommandIo, run: SurveyRun): Promise<OpenPass> {
  const { maxRatio } = args;
  if (maxRatio !== null && !(maxRatio >= 1)) throw new BallastError("bad-argument", "--max-ratio takes a number of at least 1");
  const settings = await settingsOf(args, io);
  for (const note of [...(settings?.notes ?? []), ...(settings?.gateNotes ?? [])]) io.stderr.write(`note: ${sanitize(note)}\n`);
  const secrets = await secretSettings({ ...args, secrets: args.secrets ?? settings?.secretsScan ?? null });
  const work = {
    duplicates: args.duplicates || settings?.rules.has("duplicate-bytes") === true,
    settings,
    now: run.now,
    report: args.output === null ? null : reportFormat(args),
  };
  return args.queue === null || args.queue === ""
    ? openHere({ ...work, secrets }, secrets, args, run)
    : openQueue(args, work, secrets, run);
}

async function openHere(
  work: ImageWork,
  { spec }: SecretSettings,
  { maxRatio, cache }: SurveyArguments,
  { state }: SurveyRun,
): Promise<OpenPass> {
  const [{ Scanner }, { AnalyseHere }] = await Promise.all([
    import("../../scan/scanner.ts"),
    import("../../operations/survey/analyse-here.ts"),
  ]);
  const scanner = new Scanner({
    verify: true,
    rules: spec,
    cacheDirectory: join(state, "layers"),
    readOnce: true,
    isThrownAway: !cache,
    ...defined({ maxRatio }),
  });
  return { pass: new AnalyseHere(scanner, work), close: () => scanner.close() };
}

async function openQueue(
  { queue, store, maxRatio }: SurveyArguments,
  work: Omit<ImageWork, "secrets">,
  secrets: SecretSettings,
  { sources, progress }: SurveyRun,
): Promise<OpenPass> {
  refuseLocal(sources);
  const [{ connectQueue }, { openStore }, { QueuePass }] = await Promise.all([
    import("../../queue/connect.ts"),
    import("../../queue/store/open-store.ts"),
    import("../../queue/coordinator.ts"),
  ]);
  const rules = await secrets.rules();
  const notice = (sentence: string): void => progress.line(sentence);
  const connection = await connectQueue(queue!, (outage) => notice(outage ?? "the queue is back"));
  const spec = {
    ...work,
    maxRatio,
    secrets: { mode: secrets.mode, rules: rules.options, rulesId: rules.id, baseline: secrets.baseline ?? null },
  };
  try {
    const pass = new QueuePass({ queue: connection, store: await openStore(store, connection.redis), spec, notice });
    return { pass, close: async () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @throws {BallastError} bad-argument */
function refuseLocal(sources: readonly string[]): void {
  const local = sources.find((source) => !["catalog", "repository", "tag"].includes(parseSource(source).kind));
  if (local === undefined) return;
  throw new BallastError("bad-argument", `--queue hands work to other machines, which cannot read ${local}`, {
    hint: "name registries as docker://…; survey engines, archives and directories without --queue",
  });
}

/** Null where nobody set a rule: then there is nothing to judge by. */
async function settingsOf(args: SurveyArguments, io: CommandIo): Promise<Settings | null> {
  const none = { ciConfig: null, base: null, baseline: null, theme: null, ci: false };
  const dive = { lowestEfficiency: null, highestWastedBytes: null, highestUserWastedPercent: null };
  const settings = await loadSettings({ directory: process.cwd(), env: io.env, flags: { ...args, ...none, ...dive } });
  const isSet = settings.sources.length > 0 || args.rules !== null || [...settings.rules.values()].some(({ from }) => from !== "default");
  if (!isSet) return null;
  refuseEmptyGate(settings, "leave out what sets none: then nothing is judged");
  return settings;
}
