import { setTimeout as sleep } from "node:timers/promises";
import type { SpaceApi } from "../../client/space-api.ts";
import { now } from "../device/messages.ts";
import { billed } from "../support/billed.ts";
import { type LedgeAccount, makeFolder, signUp } from "../support/ledge-account.ts";
import type { Figure } from "../support/measure.ts";
import { MemberSocket, shareWithMany } from "../support/members.ts";
import { metered } from "../support/meter-client.ts";
import { percentile } from "../support/percentile.ts";
import { pool } from "../support/pool.ts";

const MEMBERS = 50;
const CHANGES = 100;
const BURST = 200;
const BURST_WIDTH = 8;
/** Longer than the pause in which changes that follow each other are gathered (M8): each is told for itself. */
const PAUSE_MS = 300;

interface SharedFolder {
  readonly owner: LedgeAccount;
  readonly members: readonly LedgeAccount[];
  readonly sockets: readonly MemberSocket[];
  readonly folder: string;
}

/** From a commit by the owner, and in turn by an editor, until each of 50 members' sockets has told of it. */
export async function sharedChange(url: string): Promise<Figure[]> {
  const shared = await sharedWithAll(url);
  const each: number[] = [];
  const lasts: number[] = [];
  const commits: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    await sleep(PAUSE_MS);
    const began = now();
    const seq = await change(i % 2 === 0 ? shared.owner.api : editorOf(shared), shared.folder, `file ${i}`);
    commits.push(now() - began);
    const heard = await Promise.all(shared.sockets.map((socket) => socket.heardOf(seq)));
    const took = heard.map((at) => at - began);
    each.push(...took);
    lasts.push(Math.max(...took));
  }
  const before = told(shared);
  let last = 0;
  await pool(Array(BURST).keys(), BURST_WIDTH, async (i) => {
    last = Math.max(last, await change(shared.owner.api, shared.folder, `burst ${i}`));
  });
  await Promise.all(shared.sockets.map((socket) => socket.heardOf(last)));
  const messages = (told(shared) - before) / MEMBERS;
  for (const socket of shared.sockets) socket.close();
  return [
    timing(`change sent → a socket of ${MEMBERS} members told`, each),
    timing("change sent → the last of them told", lasts),
    timing("change sent → answered", commits),
    { name: `messages to a member in a burst of ${BURST} changes`, value: messages, unit: "messages" },
  ];
}

/** What one change is billed, beside the same one in a folder that is not shared; and what each member's look at it is. */
export async function sharedChangeBill(url: string): Promise<Figure[]> {
  const shared = await sharedWithAll(url);
  const { owner, folder, sockets } = shared;
  const own = await makeFolder(owner, owner.root, "of one");
  const bill = async (name: string, work: () => Promise<unknown>) => billed(name, await metered(url, work));
  const figures = [
    await bill("change in a folder that is not shared", () => change(owner.api, own, "not shared")),
    await bill(`change by the owner, ${MEMBERS} members connected`, () => change(owner.api, folder, "by the owner")),
    await bill(`change by an editor, ${MEMBERS} members connected`, () => change(editorOf(shared), folder, "theirs")),
  ];
  const { cursor } = await editorOf(shared).changes();
  await change(owner.api, folder, "to be pulled");
  figures.push(await bill("one member's pull of a change", () => editorOf(shared).changes(cursor)));
  for (const socket of sockets) socket.close();
  await sleep(1_000);
  // The first change finds that nobody is connected.
  await change(owner.api, folder, "to nobody");
  figures.push(await bill(`change by the owner, no member connected`, () => change(owner.api, folder, "unheard")));
  return figures;
}

async function sharedWithAll(url: string): Promise<SharedFolder> {
  const owner = await signUp(url);
  const folder = await makeFolder(owner, owner.root, "shared");
  const members = await shareWithMany(url, owner, { folder, count: MEMBERS });
  const sockets: MemberSocket[] = [];
  await pool(members, 4, async (member) => void sockets.push(await MemberSocket.open(member, folder)));
  // Sockets are followed up after they are open: until all hear, nothing is measured.
  const seq = await change(owner.api, folder, "the first");
  await sleep(1_000);
  const second = await change(owner.api, folder, "the second");
  await Promise.all(sockets.map((socket) => socket.heardOf(Math.max(seq, second))));
  return { owner, members, sockets, folder };
}

function editorOf({ members, folder }: SharedFolder): SpaceApi {
  const [editor] = members;
  if (!editor) throw new Error("the folder has no members");
  return editor.api.inSpace(folder);
}

/** A small change; answers the seq that the folder's space is at after it. */
async function change(api: SpaceApi, parent: string, name: string): Promise<number> {
  return (await api.commitOne({ type: "createFile", parent, name, chunks: [], mtime: 0 })).seq;
}

function told({ sockets }: SharedFolder): number {
  return sockets.reduce((sum, { messages }) => sum + messages, 0);
}

function timing(name: string, values: readonly number[]): Figure {
  const reference = { name: "p99", value: percentile(values, 0.99) };
  return { name, value: percentile(values, 0.5), unit: "ms, p50", reference };
}
