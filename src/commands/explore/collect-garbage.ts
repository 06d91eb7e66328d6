/** Memory that loading an image has left behind. */

/**
 * Frees what this thread does not use any more. V8 does so when it needs room, and somebody who looks around in an image needs none: a
 * third of all that the program holds would stay for as long as it is open. Asked for through the inspector, because the other way is a flag
 * of V8 (--expose-gc): flags are the whole process's, and V8 takes no code back that was compiled under others (src/cache/kept-code.ts).
 */
export async function collectGarbage(): Promise<void> {
  try {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    // Its answer comes from within the collection, which a session that left there would wait for without end.
    await new Promise<void>((resolve) => session.post("HeapProfiler.collectGarbage", () => setImmediate(resolve)));
    session.disconnect();
  } catch {
    // A Node without an inspector keeps what it holds.
  }
}
