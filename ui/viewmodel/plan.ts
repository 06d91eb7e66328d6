/** The plan tab: steps as switches, the size they lead to, and how the run goes. */
import type { Plan, PlanStep, Prediction } from "../../src/rewrite/plan/plan.ts";
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import type { PlanKind, Planner, PlanResult } from "../session.ts";
import { blank, field, paragraph, safe } from "./document.ts";
import type { Line } from "./document.ts";
import { ListCursor } from "./list-cursor.ts";

export type PlanStatus =
  | { readonly kind: "none" }
  | { readonly kind: "planning" }
  | { readonly kind: "ready" }
  | { readonly kind: "running"; readonly what: string; readonly ratio: number | null; readonly destination: string }
  | { readonly kind: "done"; readonly result: PlanResult }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

export class PlanModel {
  readonly cursor = new ListCursor();
  kind: PlanKind = "optimize";
  status: PlanStatus = { kind: "none" };
  plan: Plan | null = null;
  prediction: Prediction | null = null;
  planner: Planner | null = null;

  get steps(): readonly PlanStep[] {
    return this.plan?.steps ?? [];
  }

  get selected(): PlanStep | null {
    return this.steps[this.cursor.index] ?? null;
  }

  setPlan(plan: Plan, planner: Planner): void {
    this.plan = plan;
    this.planner = planner;
    this.prediction = planner.predict(plan);
    this.status = { kind: "ready" };
    this.cursor.to(this.cursor.index, plan.steps.length);
  }

  toggle(): void {
    const step = this.selected;
    if (step === null || this.plan === null || this.planner === null || this.status.kind === "running") return;
    this.plan = this.planner.withStep(this.plan, step.id, !step.enabled);
    this.prediction = this.planner.predict(this.plan);
    if (this.status.kind === "done" || this.status.kind === "failed") this.status = { kind: "ready" };
  }

  details(width: number): Line[] {
    const step = this.selected;
    if (step === null) return [];
    const lines = [...paragraph(safe(step.title), width, "strong"), blank, ...paragraph(safe(step.detail), width), blank];
    const { uncompressed, compressed, exactness } = step.saving;
    if (uncompressed !== 0)
      lines.push(...field("saves", `${exactness === "exact" ? "" : "about "}${formatBytes(uncompressed)} of content`, width, "good"));
    if (compressed !== null && compressed !== 0) lines.push(...field("", `about ${formatBytes(compressed)} compressed`, width));
    if (step.paths.length > 0) {
      lines.push(blank, [[`Paths (${step.paths.length})`, "strong"]]);
      for (const item of step.paths.slice(0, 200)) lines.push([[formatBytes(item.bytes).padStart(8), "number"], [`  ${safe(item.path)}`]]);
    }
    if (step.groups.length > 0) {
      lines.push(blank, [[`Groups (${step.groups.length})`, "strong"]]);
      for (const group of step.groups.slice(0, 100))
        lines.push([[formatBytes(group.bytes).padStart(8), "number"], [`  ${group.paths.length} × ${safe(group.paths[0] ?? "")}`]]);
    }
    if (step.scrub !== null) {
      lines.push(...step.scrub.env.flatMap((name, i) => field(i === 0 ? "environment" : "", safe(name), width)));
      lines.push(...step.scrub.labels.flatMap((name, i) => field(i === 0 ? "labels" : "", safe(name), width)));
      if (step.scrub.history) lines.push(...field("history", "secrets in it become masks", width));
    }
    return lines;
  }
}
