import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { acquireReplicaLock } from "../../client/ports/replica-lock.ts";
import { ownPlaces } from "../../client/ports/replica-paths.ts";
import { UsageError } from "../exit-codes.ts";
import { run } from "../run.ts";
import { isReplica, findFolder } from "../sync/local-folder.ts";
import { registeredReplicas, unregister } from "../sync/registry.ts";

/** `ledge unlink`: ends that a folder is kept in sync. No file is touched, here or on the server. */
export function unlinkCommand(): Command {
  return new Command("unlink")
    .description("keep a folder in sync no longer; its files stay, here and on the server")
    .argument("<dir>", "a folder in sync, also one whose disk is gone for good")
    .action(
      run(async (context, folder: string) => {
        const { root } = await findFolder(folder);
        const known = (await registeredReplicas(context.env)).filter((each) => each.root === root);
        const isHere = isReplica(root);
        if (!isHere && known.length === 0) throw new UsageError(`${root} is not in sync`);
        const hasTrash = isHere && (await forget(root));
        for (const { id } of known) await unregister(context.env, id);
        const trash = hasTrash ? ` What the server deleted is still in ${ownPlaces(root).trash}.` : "";
        context.result({ root, trash: hasTrash }, `${root} is not kept in sync any more.${trash}`);
        context.hint('"ledge devices" still lists it: "ledge devices revoke ID" removes it there');
      }),
    );
}

/** Removes what sync keeps in the folder, but for its trash; answers whether there is anything in that. */
async function forget(root: string): Promise<boolean> {
  const { own, trash, stage } = ownPlaces(root);
  const lock = acquireReplicaLock(root);
  try {
    if ((await entries(stage)).length > 0)
      throw new UsageError(`${stage} still holds files: "ledge sync ${root} --once" brings them back to their places`);
    const hasTrash = (await entries(trash)).length > 0;
    for (const name of await entries(own))
      if (!hasTrash || join(own, name) !== trash) await rm(join(own, name), { recursive: true, force: true });
    if (!hasTrash) await rmdir(own);
    return hasTrash;
  } finally {
    lock.release();
  }
}

async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
