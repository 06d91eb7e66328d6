/** A word of a command that is a secret because of its place. */
import type { Word } from "./shell-words.ts";

export interface SecretWord {
  /** The program or the option. */
  readonly key: string;
  readonly word: Word;
  /** The part of the word's text that is the secret. */
  readonly from: number;
  readonly to: number;
}

export function all(key: string, word: Word): SecretWord {
  return part(key, word, 0);
}

export function part(key: string, word: Word, from: number, to = word.text.length): SecretWord {
  return { key, word, from, to };
}
