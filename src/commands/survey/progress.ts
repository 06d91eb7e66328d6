/** What standard error says while a survey runs: layers and images done, bytes, time left. */
import type { SurveyHooks } from "../../operations/survey/survey.ts";
import { formatBytes, formatCount } from "../../terminal/format-bytes.ts";
import type { Progress } from "../../terminal/progress.ts";

/** Milliseconds between lines where nothing can be rewritten. */
const lineEvery = 30_000;

export function surveyProgress(progress: Progress): Omit<SurveyHooks, "onWithout"> {
  const done = { layers: 0, images: 0, bytes: 0 };
  let total = { layers: 0, images: 0, bytes: 0 };
  let started = Date.now();
  let lastLine = started;
  const tell = (): void => {
    const left = timeLeft(total.bytes, done.bytes, Date.now() - started);
    const counts = `${formatCount(done.layers)} of ${formatCount(total.layers)} layers, ${formatCount(done.images)} of ${formatCount(total.images)} images`;
    progress.relabel(`${counts}${left}`);
    if (Date.now() - lastLine < lineEvery) return;
    lastLine = Date.now();
    progress.line(`${counts}, ${formatBytes(done.bytes)} of ${formatBytes(total.bytes)}${left}`);
  };
  progress.step("reading manifests", null);
  return {
    onRead: (places) => progress.relabel(`reading manifests: ${formatCount(places)} tags`),
    onLayers: (layers, bytes, images) => {
      total = { layers, images, bytes };
      started = Date.now();
      progress.step("reading layers", bytes);
    },
    onBytes: (bytes) => {
      done.bytes += bytes;
      progress.add(bytes);
    },
    onLayer: () => {
      done.layers += 1;
      tell();
    },
    onImage: () => {
      done.images += 1;
      tell();
    },
  };
}

function timeLeft(total: number, done: number, elapsed: number): string {
  if (done === 0 || elapsed < 2000 || done >= total) return "";
  const seconds = Math.ceil(((total - done) * elapsed) / done / 1000);
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`;
}
