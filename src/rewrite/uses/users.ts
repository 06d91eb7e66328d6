/** Users in `/etc/passwd`, with the home and shell that the image uses. */
import type { FileTree } from "../../filesystem/file-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import type { Image } from "../../image/image.ts";
import { EntryType } from "../../tar/entry.ts";
import { readTexts } from "./read-texts.ts";

export interface User {
  readonly name: string;
  readonly id: string;
  readonly home: string;
  readonly shell: string;
}

/** Empty when there is no `/etc/passwd`. */
export async function usersOf(image: Image, tree: FileTree): Promise<User[]> {
  const node = resolvePath(tree, "etc/passwd");
  if (node === null || node.inode?.type !== EntryType.file || node.inode.bytes === 0 || node.inode.bytes > 1024 * 1024) return [];
  const users: User[] = [];
  await readTexts(image, tree, [node], (_, content) => {
    for (const line of content.toString("latin1").split("\n")) {
      const [name, , id, , , home, shell] = line.split(":");
      if (name !== undefined && id !== undefined && home !== undefined) users.push({ name, id, home, shell: shell ?? "" });
    }
  });
  return users;
}
