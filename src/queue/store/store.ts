/** Where workers leave what they found for others: layers' results for as long as they are of use, images' until the survey is written. */
export interface ResultStore {
  /** Tells whether two of them are the same one. Holds no credential. */
  readonly address: string;
  has(name: string): Promise<boolean>;
  /** Null for what is not there. @throws {BallastError} read-failed */
  get(name: string): Promise<Buffer | null>;
  /** Whoever reads sees all of it or nothing. @throws {BallastError} write-failed */
  put(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}
