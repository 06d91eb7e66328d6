/** The plan tab: steps to switch on or off, the predicted size, and the progress of a run. */
import type { Prediction } from "../../../src/rewrite/plan/plan.ts";
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import type { PlanKind, PlanResult, ShownPlan, ShownStep } from "../../session.ts";
import { blank, field, paragraph, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import { ListCursor } from "../list-cursor.ts";

export type PlanStatus =
  | { readonly kind: "none" }
  | { readonly kind: "planning" }
  | { readonly kind: "ready" }
  | { readonly kind: "running"; readonly what: string; readonly ratio: number | null; readonly destination: string }
  | { readonly kind: "done"; readonly result: PlanResult }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly hint: string;
      /** Where the image was to be written; absent when no plan could be made. */
      readonly destination?: string;
      /** The destination exists and may be overwritten. */
      readonly exists?: boolean;
    };

export class PlanModel {
  readonly cursor = new ListCursor();
  kind: PlanKind = "optimize";
  status: PlanStatus = { kind: "none" };
  plan: ShownPlan | null = null;

  get steps(): readonly ShownStep[] {
    return this.plan?.steps ?? [];
  }

  get prediction(): Prediction | null {
    return this.plan?.prediction ?? null;
  }

  get selected(): ShownStep | null {
    return this.steps[this.cursor.index] ?? null;
  }

  setPlan(plan: ShownPlan): void {
    this.plan = plan;
    if (this.status.kind !== "running") this.status = { kind: "ready" };
    this.cursor.to(this.cursor.index, plan.steps.length);
  }

  /** Turns the step under the cursor on or off at once; figures follow later. Null when there is none to turn. */
  toggle(): { readonly id: string; readonly enabled: boolean } | null {
    const step = this.selected;
    if (step === null || this.plan === null || this.status.kind === "running") return null;
    const enabled = !step.enabled;
    this.plan = { ...this.plan, steps: this.plan.steps.map((one) => (one === step ? { ...step, enabled } : one)) };
    if (this.status.kind === "done" || this.status.kind === "failed") this.status = { kind: "ready" };
    return { id: step.id, enabled };
  }

  details(width: number): Line[] {
    const step = this.selected;
    if (step === null) return [];
    const lines = [...paragraph(safe(step.title), width, "strong"), blank, ...paragraph(safe(step.detail), width), blank];
    const { uncompressed, compressed, exactness } = step.saving;
    if (uncompressed !== 0) {
      const about = exactness === "exact" ? "" : "about ";
      lines.push(...savingLines(uncompressed, `${about}${formatBytes(Math.abs(uncompressed))} of content`, width));
    }
    if (compressed !== null && compressed !== 0) {
      // With the same sign the value shares the line's heading; otherwise it gets its own.
      const text = `about ${formatBytes(Math.abs(compressed))} compressed`;
      if (Math.sign(compressed) === Math.sign(uncompressed)) lines.push(...field("", text, width));
      else lines.push(...savingLines(compressed, text, width));
    }
    if (step.keptCount > 0) {
      lines.push(blank, [[`Kept (${step.keptCount})`, "strong"]]);
      for (const { path, why } of step.kept) lines.push(...paragraph(`${safe(path)}: ${safe(why)}`, width));
    }
    if (step.pathCount > 0) {
      lines.push(blank, [[`Paths (${step.pathCount})`, "strong"]]);
      for (const item of step.paths) lines.push([[formatBytes(item.bytes).padStart(8), "number"], [`  ${safe(item.path)}`]]);
    }
    if (step.groupCount > 0) {
      lines.push(blank, [[`Groups (${step.groupCount})`, "strong"]]);
      for (const group of step.groups)
        lines.push([[formatBytes(group.bytes).padStart(8), "number"], [`  ${group.copies} × ${safe(group.path)}`]]);
    }
    if (step.scrub !== null) {
      lines.push(...step.scrub.env.flatMap((name, i) => field(i === 0 ? "environment" : "", safe(name), width)));
      lines.push(...step.scrub.labels.flatMap((name, i) => field(i === 0 ? "labels" : "", safe(name), width)));
      if (step.scrub.history) lines.push(...field("history", "secrets in it become masks", width));
    }
    return lines;
  }
}

/** A negative saving is shown as a cost. */
function savingLines(bytes: number, text: string, width: number): Line[] {
  return bytes > 0 ? field("saves", text, width, "good") : field("costs", text, width, "warning");
}
