/** Names of files in a configuration that lies elsewhere than where Ballast was started. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

const fileTransport = /^(?:docker-archive|oci-archive|oci|dir):/;

/**
 * The image or report that a configuration names: the file beside the configuration, where there is one, so that the name means the same in
 * every directory of a repository; else the name as it is.
 * @param file path of the configuration
 * @param here where Ballast was started
 */
export function besideFile(file: string, name: string, here: string): string {
  const directory = dirname(file);
  const [transport = ""] = fileTransport.exec(name) ?? [];
  const path = name.slice(transport.length);
  if (resolve(directory) === resolve(here) || path === "" || isAbsolute(path)) return name;
  // `oci:DIR:TAG`
  const isThere = [path, path.replace(/:[^:/]*$/, "")].some((each) => existsSync(join(directory, each)));
  return isThere ? `${transport}${join(directory, path)}` : name;
}
