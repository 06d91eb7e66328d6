/** The work of the plan tab: gets plans from the session, turns steps on and off, writes the image. */
import type { Session } from "../session.ts";
import { describeError } from "../loading.ts";
import type { AppState } from "../state.ts";

export class PlanWork {
  readonly #state: AppState;
  readonly #session: Session;
  readonly #paint: (when: "now" | "soon") => void;
  #abort: AbortController | null = null;
  /** Counts the requests to turn a step; only the answer to the last one is shown. */
  #turns = 0;

  constructor(state: AppState, session: Session, paint: (when: "now" | "soon") => void) {
    this.#state = state;
    this.#session = session;
    this.#paint = paint;
  }

  async load(): Promise<void> {
    const { plan, isFinal } = this.#state;
    if (!isFinal) return;
    plan.status = { kind: "planning" };
    plan.plan = null;
    const { kind } = plan;
    try {
      const made = await this.#session.plan(kind);
      if (plan.kind === kind) plan.setPlan(made);
    } catch (error) {
      if (plan.kind === kind) plan.status = { kind: "failed", ...describeError(error) };
    }
    this.#paint("now");
  }

  async turn(id: string, enabled: boolean): Promise<void> {
    this.#turns += 1;
    const turn = this.#turns;
    try {
      const made = await this.#session.turnStep(id, enabled);
      if (turn === this.#turns && made.kind === this.#state.plan.kind) this.#state.plan.setPlan(made);
    } catch (error) {
      this.#state.plan.status = { kind: "failed", ...describeError(error) };
    }
    this.#paint("soon");
  }

  async run(destination: string, force: boolean): Promise<void> {
    const { plan } = this.#state;
    if (plan.plan === null) return;
    const abort = new AbortController();
    this.#abort = abort;
    plan.status = { kind: "running", what: "starting", ratio: null, destination };
    try {
      const result = await this.#session.runPlan(
        destination,
        force,
        (what, ratio) => {
          plan.status = { kind: "running", what, ratio, destination };
          this.#paint("soon");
        },
        abort.signal,
      );
      plan.status = { kind: "done", result };
    } catch (error) {
      plan.status = abort.signal.aborted
        ? { kind: "failed", message: "stopped", hint: "nothing was left behind", destination, exists: false }
        : { kind: "failed", ...describeError(error), destination, exists: codeOf(error) === "destination-exists" };
    }
    this.#abort = null;
    this.#paint("now");
  }

  stop(): void {
    this.#abort?.abort();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
