/** One image on the screen, with its state and whatever works for it. */
import type { FindWork } from "./find-work.ts";
import type { Controller } from "./keys/controller.ts";
import type { PlanWork } from "./plan-work.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Session } from "./session.ts";
import type { AppState } from "./state.ts";

/** Before an image has been chosen. */
export const noSession: Session = {
  name: "",
  start() {},
  read: () => Promise.reject(new Error("there is no image")),
  extract: () => Promise.reject(new Error("there is no image")),
  plan: () => Promise.reject(new Error("there is no image")),
  turnStep: () => Promise.reject(new Error("there is no image")),
  runPlan: () => Promise.reject(new Error("there is no image")),
  close: () => Promise.resolve(),
};

export class ShownSession {
  readonly state: AppState;
  readonly session: Session;
  readonly scheduler: Scheduler;
  readonly plan: PlanWork;
  readonly find: FindWork;
  readonly controller: Controller;

  constructor(state: AppState, session: Session, scheduler: Scheduler, plan: PlanWork, find: FindWork, controller: Controller) {
    this.state = state;
    this.session = session;
    this.scheduler = scheduler;
    this.plan = plan;
    this.find = find;
    this.controller = controller;
  }

  /** Ends its work; nothing of it is painted any more. */
  async close(): Promise<void> {
    this.plan.stop();
    this.scheduler.stop();
    await this.session.close().catch(() => {});
  }
}
