import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import type { Peer, Told } from "../../workers/sync-do/peers.ts";
import { SharedPush } from "../../workers/sync-do/shared-push.ts";
import { signUp } from "./support/accounts.ts";
import { count, sharer, type Sharer } from "./support/people.ts";
import { connect } from "./support/push-socket.ts";

const { DIRECTORY, USER_SYNC } = env as unknown as Env;

const objectOf = (account: string) => USER_SYNC.get(USER_SYNC.idFromName(account));

/** A SharedPush whose alarm rings when it is told to, and what it has told. */
function push(context: DurableObjectState) {
  const calls: { account: string; told: Told }[] = [];
  const alarm: { at: number | null } = { at: null };
  const storage = {
    sql: context.storage.sql,
    getAlarm: () => Promise.resolve(alarm.at),
    setAlarm: (at: number) => Promise.resolve(void (alarm.at = at)),
  };
  const state = { storage, waitUntil: () => undefined };
  const peer = (account: string): Peer => ({
    watch: () => Promise.resolve(),
    unwatch: () => Promise.resolve(),
    hear: (told) => {
      calls.push({ account, told });
      return Promise.resolve(told.shared.map(({ folder }) => folder));
    },
  });
  return { shared: new SharedPush(state as unknown as DurableObjectState, peer), calls, alarm };
}

it("[M8] [M12] of 1,000 members one invocation calls a bounded number, each once, and the alarm goes on", async () => {
  await runInDurableObject(objectOf(newId()), async (_, context) => {
    const { shared, calls, alarm } = push(context);
    const folder = newId();
    const members = Array.from({ length: LIMITS.members }, () => newId());
    shared.watch(members.map((member) => ({ folder, member, token: newId() })));
    shared.tell([{ folder, cursor: "1", bookmark: null }]);
    await vi.waitFor(() => expect(alarm.at).not.toBeNull());
    expect(calls).toEqual([]);
    // What comes before they were told replaces it, and goes in the same call.
    await shared.notice(folder);
    const slices: number[] = [];
    for (let isDone = false; !isDone;) {
      const before = calls.length;
      isDone = await shared.goOn();
      slices.push(calls.length - before);
    }
    expect(slices).toEqual([400, 400, 200]);
    expect(calls.map(({ account }) => account).toSorted()).toEqual(members.toSorted());
    for (const { told } of calls)
      expect(told).toEqual({ shared: [{ folder, cursor: "1", bookmark: null }], forgotten: [], notices: ["spaces"] });
  });
});

it("[M8] what follows a pause counts with what was told before it", async () => {
  await runInDurableObject(objectOf(newId()), async (_, context) => {
    const { shared, calls, alarm } = push(context);
    const folder = newId();
    shared.watch(Array.from({ length: 120 }, () => ({ folder, member: newId(), token: newId() })));
    shared.tell([{ folder, cursor: "1", bookmark: null }]);
    shared.tell([{ folder, cursor: "2", bookmark: null }]);
    await vi.waitFor(() => expect(alarm.at).not.toBeNull());
    expect(calls).toHaveLength(120);
    await shared.goOn();
    expect(calls).toHaveLength(240);
    expect(calls.at(-1)?.told.shared).toEqual([{ folder, cursor: "2", bookmark: null }]);
  });
});

it("[M9] who has a folder again before they were told that they have it no more is not told so", async () => {
  await runInDurableObject(objectOf(newId()), async (_, context) => {
    const { shared, calls } = push(context);
    const folder = newId();
    const members = Array.from({ length: 300 }, () => newId());
    shared.watch(members.map((member) => ({ folder, member, token: newId() })));
    await shared.end([folder], null);
    const [again = ""] = members;
    shared.watch([{ folder, member: again, token: newId() }]);
    await shared.goOn();
    expect(calls).toHaveLength(300);
    for (const { account, told } of calls) expect(told.forgotten).toEqual(account === again ? [] : [folder]);
  });
});

let owner: Sharer;
beforeAll(async () => {
  await signUp();
  owner = await sharer();
});

/** Members that nobody is: rows of accounts without a home. */
async function addMembers(folder: string, most: number): Promise<void> {
  const ids = JSON.stringify(Array.from({ length: most }, () => newId()));
  await DIRECTORY.batch([
    DIRECTORY.prepare(
      `INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
       SELECT value, 'Somebody', value || '@example.org', 1, 0, 0 FROM json_each(?)`,
    ).bind(ids),
    DIRECTORY.prepare(
      `INSERT INTO members (folder_id, account_id, role, mount_id, joined_at)
       SELECT ?1, value, 'viewer', NULL, 0 FROM json_each(?2)`,
    ).bind(folder, ids),
  ]);
}

it("[M10] [M12] unsharing a folder of 1,000 members leaves all of them a notification, and tells the sockets there are", async () => {
  const folder = await owner.folder();
  const member = await sharer();
  await member.join(owner, folder.id);
  await addMembers(folder.id, LIMITS.members - 1);
  const socket = await connect(member.account);
  const notices = () => socket.messages.flatMap((message) => (message.type === "notice" ? [message.about] : []));
  await owner.send("DELETE", `/spaces/${folder.id}`);
  const told = () =>
    count(DIRECTORY, "SELECT count(*) AS n FROM notifications WHERE subject_id = ? AND kind = 'unshared'", folder.id);
  await vi.waitFor(async () => expect(await told()).toBe(LIMITS.members), { timeout: 60_000 });
  await vi.waitFor(() => expect(new Set(notices())).toEqual(new Set(["spaces", "notifications"])), { timeout: 60_000 });
  const left = () =>
    runInDurableObject(objectOf(owner.id), (_, { storage }) => storage.sql.exec("SELECT 1 FROM tellings").toArray());
  await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 120_000, interval: 200 });
}, 240_000);
