/** One image on the screen, with its state and the work done for it. */
import type { FindWork } from "./work/find-work.ts";
import type { ContentWork } from "./work/content-work.ts";
import type { Controller } from "./keys/controller.ts";
import type { PlanWork } from "./work/plan-work.ts";
import type { Scheduler } from "./work/scheduler.ts";
import type { Session } from "./session.ts";
import type { AppState } from "./state.ts";

/** Used until an image has been chosen. */
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

export interface ShownParts {
  readonly state: AppState;
  readonly session: Session;
  readonly scheduler: Scheduler;
  readonly plan: PlanWork;
  readonly find: FindWork;
  readonly content: ContentWork;
  readonly controller: Controller;
}

export class ShownSession implements ShownParts {
  readonly state: AppState;
  readonly session: Session;
  readonly scheduler: Scheduler;
  readonly plan: PlanWork;
  readonly find: FindWork;
  readonly content: ContentWork;
  readonly controller: Controller;

  constructor(parts: ShownParts) {
    this.state = parts.state;
    this.session = parts.session;
    this.scheduler = parts.scheduler;
    this.plan = parts.plan;
    this.find = parts.find;
    this.content = parts.content;
    this.controller = parts.controller;
  }

  async close(): Promise<void> {
    this.plan.stop();
    this.scheduler.stop();
    await this.session.close().catch(() => {});
  }
}
