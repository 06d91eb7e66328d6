/** Which folders a version control repository serves: the one that contains it, and those whose `.git` file points to it. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { liveFiles } from "../../filesystem/live-files.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import type { Image } from "../../image/image.ts";
import { readTexts } from "./read-texts.ts";
import { StoreIndex } from "./stores.ts";
import type { Store } from "./stores.ts";

const mostLinkBytes = 4096;

/** The folders of each repository by its root. @throws as reading a layer does */
export async function repositoryFolders(image: Image, tree: FileTree, stores: readonly Store[]): Promise<Map<FileNode, FileNode[]>> {
  const repositories = stores.filter(({ rule }) => rule.category === "vcs");
  const folders = new Map(repositories.map(({ root }) => [root, [root.parent!]]));
  if (repositories.length === 0) return folders;
  const index = new StoreIndex(repositories);
  // `git worktree` and submodules use a file that says where the repository is.
  const links: FileNode[] = [];
  for (const { name, node, bytes } of liveFiles(tree)) if (name === ".git" && bytes <= mostLinkBytes) links.push(node);
  await readTexts(image, tree, links, (node, content) => {
    const path = /^gitdir:[ \t]*([^\r\n]+)/.exec(content.toString("latin1"))?.[1];
    const from = node.parent!;
    const target = path === undefined ? null : resolvePath(tree, path, { from });
    if (target !== null) for (const { root } of index.around(target)) folders.get(root)!.push(from);
  });
  return folders;
}
