/** Where images lie for root and for everybody else, as containers-storage.conf(5) says. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { usualPlace } from "../../../src/transports/containers-storage/place.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

function home(config?: string): string {
  const path = temporaryDirectory();
  if (config === undefined) return path;
  mkdirSync(join(path, ".config/containers"), { recursive: true });
  writeFileSync(join(path, ".config/containers/storage.conf"), config);
  return path;
}

describe("a rootless store", () => {
  it("lies in the home directory, or where XDG_DATA_HOME says", async () => {
    const HOME = home("[storage]\n");
    expect(await usualPlace({ HOME }, 1000)).toEqual({ roots: [join(HOME, ".local/share/containers/storage")], driver: null });
    expect((await usualPlace({ HOME, XDG_DATA_HOME: "/data" }, 1000)).roots).toEqual(["/data/containers/storage"]);
  });

  it("lies where the user's storage.conf says, variables replaced", async () => {
    const rootless = '[storage]\ndriver = "vfs"\nrootless_storage_path = "/big/$USER/$UID$HOME"\ngraphroot = "/other"\n';
    const HOME = home(rootless);
    expect(await usualPlace({ HOME, USER: "me" }, 1000)).toEqual({ roots: [`/big/me/1000${HOME}`], driver: "vfs" });
    expect((await usualPlace({ HOME: home('[storage]\ngraphroot = "/mine"\n') }, 1000)).roots).toEqual(["/mine"]);
  });

  it("takes its configuration from XDG_CONFIG_HOME or from the file that is named, and other stores to read from", async () => {
    const HOME = home();
    const config = join(HOME, "other");
    mkdirSync(join(config, "containers"), { recursive: true });
    const more = '[storage]\ngraphroot = "/a"\n[storage.options]\nadditionalimagestores = ["/shared/$USER", 1]\n';
    writeFileSync(join(config, "containers/storage.conf"), more);
    expect((await usualPlace({ HOME, USER: "me", XDG_CONFIG_HOME: config }, 1000)).roots).toEqual(["/a", "/shared/me"]);
    const named = join(HOME, "named.conf");
    writeFileSync(named, '[storage]\ngraphroot = "/named"\n');
    expect((await usualPlace({ HOME, CONTAINERS_STORAGE_CONF: named }, 1000)).roots).toEqual(["/named"]);
    expect((await usualPlace({ HOME, CONTAINERS_STORAGE_CONF: named }, 0)).roots).toEqual(["/named"]);
  });

  it("has a driver that can be read, from the environment before the file", async () => {
    const HOME = home('[storage]\ndriver = "vfs"\n');
    expect((await usualPlace({ HOME, STORAGE_DRIVER: "overlay" }, 1000)).driver).toBe("overlay");
    await expect(usualPlace({ HOME, STORAGE_DRIVER: "btrfs" }, 1000)).rejects.toMatchObject({
      code: "unsupported-image",
      message: expect.stringContaining("btrfs"),
    });
  });

  it("whose configuration is broken is an error that names the file", async () => {
    const HOME = home("[storage\n");
    await expect(usualPlace({ HOME }, 1000)).rejects.toMatchObject({
      code: "bad-config",
      message: `${HOME}/.config/containers/storage.conf is not valid TOML`,
    });
  });
});
