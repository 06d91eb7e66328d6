/**
 * Which files may be linked to others. Once two names are one file, writing to one in place changes both, on engines without overlay and
 * wherever links are preserved. So a link needs a reason to believe that nobody writes: an installer added the file, or it is of a kind
 * that is regenerated rather than edited.
 */

/** Where people and programs edit files. */
const edited = /^\/(?:etc|var|root|home|tmp|run|srv|usr\/src)\//;
/** Installed by a language's package manager, wherever the application is. */
const ofPackages = /\/(?:site-packages|dist-packages|node_modules|gems|vendor)\//;
const ofSystem =
  /^\/(?:usr\/(?!local\/)|usr\/local\/(?:s?bin|lib(?:32|64|exec)?|include|share|go|rustup|cargo)\/|s?bin\/|lib(?:32|64)?\/|boot\/)/;
/** Files that servers serve may be edited: administrators replace pages, start scripts fill in templates. */
const served = /\/(?:html|htdocs|www|wwwroot|webroot|webapps|public_html)\//;

const code =
  /\.(?:[cm]?[jt]sx?|map|css|s[ac]ss|less|vue|svelte|py[cod]?|pyi|pyx|rb|go|rs|[ch](?:c|h|pp|xx)?|java|class|[jwe]ar|kt|scala|clj|exs?|beam|erl|lua|pl|pm|t|r|jl|swift|wasm|node|dll|pdb|exe|dylib|[ao]|la|so(?:\.[\d.]+)?)$/i;
const archive = /\.(?:gz|tgz|xz|bz2|zst|zip|br|7z|whl|egg|gem|deb|rpm|apk|nupkg|pak)$/i;
const media = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|woff2?|[to]t[fc]|eot|mp[34]|m4[av]|ogg|opus|wav|flac|webm|mov|pdf|glb|mo)$/i;
const model = /\.(?:onnx|safetensors|gguf|ggml|pth?|tflite)$/i;
const unwritten = [code, archive, media, model];

/** False if the file may be written in place. `path`: as displayed, with a leading slash. */
export function isNeverWritten(path: string, mode: number): boolean {
  if (edited.test(path)) return false;
  if (ofPackages.test(path)) return true;
  if (ofSystem.test(path) && !served.test(path)) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!name.includes(".")) return (mode & 0o111) !== 0;
  return unwritten.some((kind) => kind.test(name));
}

const library = /\.(?:so(?:\.[\w.]+)?|node|dll|dylib|pyd|bundle|plugin|oct|cmxs|mex\w*)$/;
/** Directory that one Python installation loads from; two of them are never in one process. */
const installation = /^.*?\/(?:site|dist)-packages(?=\/)/;

/**
 * The dynamic linker treats two names of one file as one library, so libraries that a program loads separately would share their state
 * (Cython modules and older Node addons then refuse to start). `libx.so` next to `libx.so.1` stands for a symlink and may be linked;
 * `red.so` and `blue.so` are two plugins. Equal for libraries that may be linked; empty for other files.
 */
export function loadedFrom(path: string): string {
  if (!library.test(path)) return "";
  const root = installation.exec(path)?.[0] ?? "";
  return path.slice(root.length).replace(library, "");
}
