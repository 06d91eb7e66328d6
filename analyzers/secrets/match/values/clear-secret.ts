import { hashSecret, redactSecret } from "./mask.ts";

/**
 * A secret in clear that cannot leak by accident: when printed, logged, inspected or serialised it shows its redacted form. Only `reveal`
 * returns it; its callers are the redactor (to find it) and `--reveal` on a terminal.
 */
export class ClearSecret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  get redacted(): string {
    return redactSecret(this.#text);
  }

  /** As `SecretHit.secretHash`, over the UTF-8 bytes. */
  get hash(): string {
    return hashSecret(Buffer.from(this.#text, "utf8").toString("latin1"));
  }

  toString(): string {
    return this.redacted;
  }

  toJSON(): string {
    return this.redacted;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.redacted;
  }
}
