import type { AddressInfo, Server } from "node:net";

import { onTestFinished } from "vitest";

/** Lets a server listen on a free port of this machine. Returns `127.0.0.1:PORT`. */
export async function listenLocally(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As `listenLocally`, until the test is over. */
export async function serveInTest(server: Server & { closeAllConnections?(): void }): Promise<string> {
  const address = await listenLocally(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections?.();
  });
  return address;
}
