/** Distribution's registry on loopback, plain or with authentication and TLS, storing in a temporary directory. */
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { get as getTls } from "node:https";
import { join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import { makeCertificates } from "./certificates.ts";
import type { Certificates } from "./certificates.ts";
import { freePort, startDaemon } from "../engines/daemon.ts";
import { startTokenServer, tokenIssuer, tokenService } from "./token-server.ts";
import type { TokenServer } from "./token-server.ts";

export interface RegistryOptions {
  readonly tls?: boolean;
  /** `basic`: htpasswd. `token`: the bearer dance with credentials. `anonymous-token`: the same, tokens being free. */
  readonly auth?: "basic" | "token" | "anonymous-token";
  /** Seconds until a token expires. */
  readonly tokenLifetime?: number;
}

export interface Registry {
  /** `127.0.0.1:PORT`, as it stands in image names. */
  readonly address: string;
  readonly directory: string;
  /** What `auth` asks for. */
  readonly credentials: { readonly username: string; readonly password: string };
  /** Set with `tls` or tokens. */
  readonly certificates: Certificates | null;
  readonly tokenServer: TokenServer | null;
  stop(): Promise<void>;
}

const credentials = { username: "ballast", password: "only-for-tests" };
/** Accounts whose names differ in length, with the same password: what encodes them pads one, two and no places. */
export const accountsOfEveryLength = ["u", "us", "use"] as const;
/** bcrypt of that password; the registry takes no other kind. */
const hash = "$2y$05$abcdefghijklmnopqrstuuDt8u8tY.Zm8YU.pieFNyF5h5afvnc0a";
const htpasswd = [credentials.username, ...accountsOfEveryLength].map((name) => `${name}:${hash}\n`).join("");

export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const directory = makeTemporaryDirectory();
  const port = await freePort();
  const withTokens = options.auth === "token" || options.auth === "anonymous-token";
  const certificates = options.tls === true || withTokens ? await makeCertificates(directory) : null;
  const tokenServer = withTokens
    ? await startTokenServer({
        certificates: certificates!,
        credentials: options.auth === "token" ? credentials : null,
        ...(options.tokenLifetime === undefined ? {} : { lifetime: options.tokenLifetime }),
      })
    : null;
  const auth: Record<string, unknown> = {};
  if (options.auth === "basic") {
    const path = join(directory, "htpasswd");
    writeFileSync(path, htpasswd);
    auth["htpasswd"] = { realm: "ballast", path };
  }
  if (tokenServer !== null) {
    auth["token"] = { realm: tokenServer.realm, service: tokenService, issuer: tokenIssuer, rootcertbundle: certificates!.ca };
  }
  const config = join(directory, "config.yml");
  writeFileSync(
    config,
    // JSON is YAML
    JSON.stringify({
      version: 0.1,
      log: { level: "info" },
      storage: { filesystem: { rootdirectory: join(directory, "registry") }, delete: { enabled: true } },
      http: {
        addr: `127.0.0.1:${port}`,
        ...(options.tls === true ? { tls: { certificate: certificates!.certificate, key: certificates!.key } } : {}),
      },
      ...(Object.keys(auth).length > 0 ? { auth } : {}),
    }),
  );
  const url = `${options.tls === true ? "https" : "http"}://127.0.0.1:${port}/v2/`;
  const daemon = await startDaemon({
    command: programPath("docker-registry")!,
    args: ["serve", config],
    log: join(directory, "registry.log"),
    ready: () => answers(url),
  });
  return {
    address: `127.0.0.1:${port}`,
    directory,
    credentials,
    certificates,
    tokenServer,
    async stop() {
      await daemon.stop();
      await tokenServer?.stop();
      removeDirectory(directory);
    },
  };
}

/** True when something answers there, whatever it says. */
export function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = (url.startsWith("https:") ? getTls : get)(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on("error", () => resolve(false));
  });
}
