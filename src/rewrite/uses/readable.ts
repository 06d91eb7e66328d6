/** Which files are read to learn what they name: those that start programs or tell them where things are, and small sources of the image's author. */
import { EntryType } from "../../tar/entry.ts";
import type { FileNode, Inode } from "../../filesystem/file-tree.ts";

const mostTextBytes = 1024 * 1024;
/** What yarn writes for Plug'n'Play grows with the project. */
const mostMapBytes = 64 * 1024 * 1024;
const mostProgramBytes = 64 * 1024 * 1024;
const mostNamelessBytes = 64 * 1024;

/** How a program or its environment is started or told where things lie. */
const maps = /^(?:pyvenv\.cfg|.*\.(?:pth|egg-link)|\.pnp\.(?:c?js|data\.json|loader\.mjs))$/;
const texts =
  /\.(?:sh|bash|zsh|fish|ksh|py|pyw|rb|pl|pm|js|mjs|cjs|ts|mts|cts|php|lua|r|tcl|jl|ex|exs|clj|groovy|scala|kts|bat|service|timer|socket|path|conf|cnf|cfg|config|ini|properties|ya?ml|toml|json|json5|xml|env|rc|hcl|cron|desktop|rules)$/i;
const namedTexts =
  /^(?:\.env.*|Procfile.*|Makefile|Justfile|justfile|Rakefile|Caddyfile|Corefile|crontab.*|run|finish|up|down|\.[\w-]*rc|\.profile|.*_profile)$/;
const configured =
  /^(?:etc|var\/spool\/cron|docker-entrypoint[^/]*\.d|entrypoint\.d|usr\/(?:local\/)?etc|usr\/lib\/systemd|lib\/systemd|command|package\/admin)\//;
/** Libraries that came with a package: they name nothing of this image's making. Programs among them are read. */
const libraries =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|gems)\/|^usr\/(?:lib|share|include|src)\/|^(?:lib|lib64|boot|proc|sys|dev)\//;
const program = /\.so(?:\.[\d.]+)?$/;

/**
 * `isOwned`: a package of the distribution brought the file, which knows nothing of the image's own folders. `inStore`: the plan may take it;
 * what it names counts once it is used itself.
 */
export function isReadable(node: FileNode, inode: Inode, path: string, isOwned: boolean, inStore: boolean): boolean {
  if (inode.type !== EntryType.file || inode.bytes === 0) return false;
  const { bytes } = inode;
  const { name } = node;
  if (maps.test(name)) return bytes <= mostMapBytes;
  if (configured.test(path)) return bytes <= mostTextBytes;
  if (isOwned) return false;
  if (isJavaArchive(name)) return bytes <= mostProgramBytes;
  if (inStore && bytes <= mostNamelessBytes) return true;
  if (program.test(name)) return bytes <= mostProgramBytes && !inStore;
  if (libraries.test(path)) return false;
  return (texts.test(name) || namedTexts.test(name)) && bytes <= mostTextBytes;
}

/** Its manifest has a class path. */
export function isJavaArchive(name: string): boolean {
  return /\.[jwe]ar$/.test(name);
}

/** A file that may be started; whether it is a script or a program shows when it is read. */
export function isProgram(inode: Inode, mode: number, isOwned: boolean): boolean {
  return !isOwned && inode.type === EntryType.file && inode.bytes > 0 && inode.bytes <= mostProgramBytes && (mode & 0o111) !== 0;
}
