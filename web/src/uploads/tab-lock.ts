import { newId } from "../../../protocol/new-id.ts";

const PREFIX = "ledge-uploads-of-";
/** Milliseconds within which workers answer that they live. */
const ANSWER_WITHIN = 300;

export interface TabLock {
  readonly owner: string;
  /** The owners that live, this one among them. */
  readonly alive: () => Promise<ReadonlySet<string>>;
  /** Resolves when that owner is gone. */
  readonly ended: (owner: string) => Promise<void>;
}

/** Which worker an upload belongs to, and whether that one lives: it holds a lock of its name as long as it does. */
export async function takeTabLock(): Promise<TabLock> {
  const owner = newId();
  // Pages on plain http, but of this machine, have no locks.
  if (!("locks" in navigator)) return answerRollCalls(owner);
  const { promise, resolve } = Promise.withResolvers<void>();
  // Never resolved: the lock is held until the worker ends.
  const forEver = Promise.withResolvers<void>().promise;
  void navigator.locks.request(PREFIX + owner, () => {
    resolve();
    return forEver;
  });
  await promise;
  const ended = (other: string): Promise<void> => navigator.locks.request(PREFIX + other, () => undefined);
  return { owner, alive: livingOwners, ended };
}

async function livingOwners(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name }) => name ?? []);
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}

/** Without locks: who lives says so when asked. That one is gone is found out at the next call only. */
function answerRollCalls(owner: string): TabLock {
  const channel = new BroadcastChannel("ledge-uploads-roll-call");
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
  const say = (what: string): void => channel.postMessage(what);
  let heard = new Set<string>();
  channel.addEventListener("message", ({ data }: MessageEvent<string>) => {
    if (data === "who lives?") say(owner);
    else heard.add(data);
  });
  const alive = async (): Promise<ReadonlySet<string>> => {
    heard = new Set([owner]);
    say("who lives?");
    await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN));
    return heard;
  };
  return { owner, alive, ended: () => Promise.withResolvers<void>().promise };
}
