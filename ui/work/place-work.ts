/** Completes a path on disk that is typed into the prompt. */
import type { AppState, Prompt } from "../state.ts";
import { commonStart } from "../viewmodel/completion.ts";
import type { ImageCompleter } from "../viewmodel/picker.ts";

/** Does nothing if the text has changed in the meantime. Offers only directories to extract into, but for an image also existing files. */
export async function completePlace(state: AppState, prompt: Prompt, complete: ImageCompleter | undefined): Promise<void> {
  const { text } = prompt.editor;
  // A directory that cannot be read has no completions.
  const found = (await complete?.(text).catch(() => [])) ?? [];
  if (state.prompt !== prompt || prompt.editor.text !== text) return;
  const names = found.filter(({ from }) => prompt.kind === "destination" || from === "directory").map(({ name }) => name);
  prompt.candidates = names.length > 1 ? names.toSorted() : [];
  if (names.length > 0) prompt.editor.set(commonStart(names));
  else prompt.error = "nothing here begins so";
}
