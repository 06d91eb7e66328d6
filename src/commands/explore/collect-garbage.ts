/** Frees memory after an image has been loaded. */

/**
 * Frees what this thread no longer uses. V8 does so only when it needs room, which looking around in an image does not: a third of the
 * program's memory would stay for as long as it is open. This goes through the inspector, because the alternative is a V8 flag
 * (--expose-gc). Flags apply to the whole process, and V8 rejects code that was compiled under others (src/cache/kept-code.ts).
 */
export async function collectGarbage(): Promise<void> {
  try {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    // The answer comes from within the collection; a session that disconnected there would wait for it forever.
    await new Promise<void>((resolve) => session.post("HeapProfiler.collectGarbage", () => setImmediate(resolve)));
    session.disconnect();
  } catch {
    // A Node without an inspector keeps the memory.
  }
}
