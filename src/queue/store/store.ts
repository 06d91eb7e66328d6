/** Where workers keep results for others: those of layers as long as they are useful, those of images until the survey is written. */
export interface ResultStore {
  /** Equal for the same store. Holds no credentials. */
  readonly address: string;
  has(name: string): Promise<boolean>;
  /** Null when there is nothing under this name. @throws {BallastError} read-failed */
  get(name: string): Promise<Buffer | null>;
  /** Readers see all of it or nothing. @throws {BallastError} write-failed */
  put(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}
