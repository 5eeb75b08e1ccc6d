import type { SharedSpace } from "../../../protocol/members.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Transfer } from "../../../protocol/transfers.ts";
import type { Node, NodePage } from "../../../protocol/tree.ts";
import type { TransferRow } from "../../../workers/storage/directory-transfers.ts";
import { readTransfer } from "../../../workers/storage/directory-transfers.ts";
import { acceptOffer } from "../../../workers/transfers/accept-offer.ts";
import { readProgress, type Progress } from "../../../workers/transfers/progress.ts";
import { runTransfer } from "../../../workers/transfers/run-transfer.ts";
import type { Sharer } from "./people.ts";
import { SpaceAsker } from "./shared-folder.ts";
import { env, shownNode, WHOLE } from "./transferring.ts";

type Shown = Awaited<ReturnType<typeof shownNode>>;

/** A shared folder of `owner`'s that `receiver` is an editor of, and `other` where there is one. */
export class HandedFolder {
  readonly owner: Sharer;
  readonly receiver: Sharer;
  readonly folder: Node;

  constructor(owner: Sharer, receiver: Sharer, folder: Node) {
    this.owner = owner;
    this.receiver = receiver;
    this.folder = folder;
  }

  static async share(owner: Sharer, receiver: Sharer, other: Sharer | null, above?: string): Promise<HandedFolder> {
    const folder = await owner.folder(above);
    await receiver.join(owner, folder.id, "editor");
    await other?.join(owner, folder.id, "editor");
    return new HandedFolder(owner, receiver, folder);
  }

  /** The same folder, to be given back. */
  get back(): HandedFolder {
    return new HandedFolder(this.receiver, this.owner, this.folder);
  }

  get id(): string {
    return this.folder.id;
  }

  get path(): string {
    return `/spaces/${this.folder.id}`;
  }

  /** Makes things below the folder as one who has it. */
  as(who: Sharer): SpaceAsker {
    return new SpaceAsker(who, this.id);
  }

  async offer(): Promise<void> {
    await this.owner.send("POST", `${this.path}/owner`, { account: this.receiver.id });
  }

  accept(): Promise<Transfer> {
    return this.receiver.send("POST", `${this.path}/owner/accept`);
  }

  /** Writes down that it is accepted, without beginning to copy. */
  async begin(): Promise<TransferRow> {
    const { shard, space_id: spaceId } = await this.owner.placement();
    const from = { shard, spaceId, ownerId: this.owner.id, scope: null };
    const { mount: mountId } = await this.space(this.receiver);
    const asker = { userId: this.receiver.id, credentialId: newId(), device: "test" };
    return (await acceptOffer(env, asker, { folderId: this.id, from, mountId })).row;
  }

  space(who: Sharer): Promise<SharedSpace> {
    return who.send("GET", this.path);
  }

  async trash(who: Sharer): Promise<string[]> {
    return (await who.send<NodePage>("GET", `${this.path}/trash`)).nodes.map(({ id }) => id).sort();
  }

  /** All that is live below it, by id and name, with versions and their bytes. */
  async shown(who: Sharer): Promise<Record<string, Shown>> {
    const shown: Record<string, Shown> = {};
    const walk = async (at: string): Promise<void> => {
      const { nodes } = await who.send<NodePage>("GET", `${this.path}/folders/${at}/children?limit=1000`);
      for (const node of nodes) {
        shown[`${at}/${node.id} ${node.name}`] = await shownNode(who, this.id, node);
        if (node.type === "folder") await walk(node.id);
      }
    };
    await walk(this.id);
    return shown;
  }
}

/** Takes a transfer one step on, whoever had it. */
export async function oneStep(
  id: string,
  bindings = env,
): Promise<{ readonly row: TransferRow; readonly at: Progress }> {
  await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ?").bind(id).run();
  await runTransfer(bindings, id, { ...WHOLE, steps: 1 });
  const row = await readTransfer(env.DIRECTORY, id);
  if (!row) throw new Error("the transfer is kept");
  return { row, at: readProgress(row.progress) };
}

/** Takes a transfer on until `is` holds of where it is. */
export async function stepsUntil(id: string, is: (at: Progress) => boolean): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    const { row, at } = await oneStep(id);
    if (is(at)) return;
    if (!row.isOpen) throw new Error(`the transfer has ended: ${JSON.stringify(row)}`);
  }
  throw new Error("the transfer does not come so far");
}

/** Takes a transfer on, as its pauses allow, until it has ended: what is to be purged before takes its time. */
export async function ended(id: string): Promise<TransferRow> {
  for (let tries = 0; tries < 200; tries++) {
    await runTransfer(env, id, WHOLE);
    const row = await readTransfer(env.DIRECTORY, id);
    if (row?.isOpen === false) return row;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the transfer does not end");
}
