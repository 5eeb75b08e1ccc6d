import { beforeEach, describe, expect, it } from "vitest";
import type { NotificationPage } from "../../protocol/activity.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Drop } from "../../protocol/share.ts";
import { notifyAccount, notifyAccounts, type NewNotification } from "../../workers/storage/directory-notifications.ts";
import {
  MOST_UNREAD,
  NOTIFICATION_MS,
  NOTIFICATION_QUERIES,
  pruneNotifications,
} from "../../workers/storage/notification-reads.ts";
import { call, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { connect } from "./support/push-socket.ts";
import { env } from "./support/storage.ts";

const NOW = Date.now();
const { DIRECTORY } = env;
let account: TestAccount;
beforeEach(async () => {
  account = await signUp();
});

const page = async (query = "", of = account): Promise<NotificationPage> =>
  (await of.api(`/notifications${query}`)).json();
const read = (body: unknown, of = account) =>
  of.api("/notifications/read", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

function about(name: string, more: Partial<NewNotification> = {}): NewNotification {
  const subject = { kind: "space", id: newId(), name } as const;
  return { accountId: account.userId, kind: "invited", byId: null, subject, at: NOW, ...more };
}

describe("notifications", () => {
  it("[V4] are listed newest first, page by page, with who did it", async () => {
    const other = await signUp();
    for (let n = 0; n < 5; n++)
      await notifyAccount(
        DIRECTORY,
        about(`folder ${n}`, { at: NOW + (n >> 1), byId: other.userId, detail: "editor" }),
      );
    const whole = await page();
    expect(whole).toMatchObject({ unread: 5, next: null });
    expect(whole.notifications[0]).toMatchObject({
      kind: "invited",
      by: { id: other.userId, name: "Test" },
      subject: { kind: "space", name: "folder 4" },
      detail: "editor",
      count: 1,
      readAt: null,
    });
    const found = [];
    let cursor: string | null = null;
    do {
      const part: NotificationPage = await page(`?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`);
      expect(part.unread).toBe(5);
      found.push(...part.notifications);
      cursor = part.next;
    } while (cursor !== null);
    expect(found).toEqual(whole.notifications);
    expect((await page("", other)).notifications).toEqual([]);
  });

  it("[V4] are marked as read one by one or all, the account's own alone, and keep when they were first", async () => {
    const other = await signUp();
    await notifyAccounts(DIRECTORY, [about("a"), about("b"), about("c"), about("d", { accountId: other.userId })]);
    const [first] = (await page()).notifications;
    const theirs = (await page("", other)).notifications[0];
    expect((await read({ ids: [first?.id, theirs?.id, newId()] })).status).toBe(204);
    const after = await page();
    expect(after.unread).toBe(2);
    expect(after.notifications.filter(({ readAt }) => readAt !== null).map(({ id }) => id)).toEqual([first?.id]);
    expect((await page("", other)).unread).toBe(1);
    const readAt = after.notifications.find(({ id }) => id === first?.id)?.readAt;
    await read({});
    const all = await page();
    expect(all.unread).toBe(0);
    expect(all.notifications.find(({ id }) => id === first?.id)?.readAt).toBe(readAt);
    expect((await page("", other)).unread).toBe(1);
  });

  it("[V4] of one event are one, unread again, whose counts add up", async () => {
    const event = newId();
    await notifyAccount(DIRECTORY, about("inbox", { kind: "received", event, count: 3 }));
    await notifyAccount(DIRECTORY, about("other"));
    await read({});
    await notifyAccount(DIRECTORY, about("inbox", { kind: "received", event, count: 4, at: NOW + 1 }));
    const { notifications, unread } = await page();
    expect(unread).toBe(1);
    expect(notifications.map(({ subject, count, readAt }) => [subject.name, count, readAt === null])).toEqual([
      ["inbox", 7, true],
      ["other", 1, false],
    ]);
  });

  it("[V4] to who is no account any more are dropped, the others of the same batch are not", async () => {
    await notifyAccounts(DIRECTORY, [about("a", { accountId: newId() }), about("b")]);
    expect((await page()).notifications.map(({ subject }) => subject.name)).toEqual(["b"]);
  });

  it("[V4] are kept for 90 days, and deleted in bounded steps", async () => {
    const old = NOW - NOTIFICATION_MS - 1;
    await notifyAccounts(DIRECTORY, [
      ...[1, 2, 3].map((n) => about(`old ${n}`, { at: old })),
      about("new", { at: NOW - NOTIFICATION_MS }),
    ]);
    expect(await pruneNotifications(DIRECTORY, NOW, 2)).toBe(2);
    expect(await pruneNotifications(DIRECTORY, NOW, 2)).toBe(1);
    expect((await page()).notifications.map(({ subject }) => subject.name)).toEqual(["new"]);
  });

  it("[V4] unread ones are counted by their index, so far as they are counted", async () => {
    const told = Array.from({ length: MOST_UNREAD + 5 }, (_, n) => about(`${n}`));
    await notifyAccounts(DIRECTORY, told);
    expect((await page("?limit=1")).unread).toBe(MOST_UNREAD);
    const counted = await DIRECTORY.prepare(NOTIFICATION_QUERIES.UNREAD).bind(account.userId, MOST_UNREAD).all();
    expect(counted.meta.rows_read).toBeLessThanOrEqual(MOST_UNREAD + 1);
  });

  it.each(Object.entries(NOTIFICATION_QUERIES))("[V4] %s seeks in an index that has its order", async (_, query) => {
    const parameters = Math.max(...[...query.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
    const { results } = await DIRECTORY.prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...Array.from({ length: parameters }, () => "[]"))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("\n");
    expect(plan).not.toMatch(/SCAN (n|notifications)\b|TEMP B-TREE/);
    expect(plan).toMatch(/SEARCH/);
  });
});

describe("received files", () => {
  const send = (token: string, drop: string, names: string[], operationId = newId()) =>
    call(`/shared/${token}/drops/${drop}/commit`, {
      method: "POST",
      headers: { "cf-connecting-ip": randomAddress() },
      json: { operationId, files: names.map((name) => ({ name, chunks: [], mtime: 0 })) },
    });

  it("[V4] are told to the link's owner, once for all that a guest sends, at once", async () => {
    const owner = new Belongings(account);
    const top = await owner.folder();
    const { token, drop } = await owner.drop({}, top.id);
    const socket = await connect(account);
    const startedIn = Math.floor(Date.now() / 3_600_000);
    const operationId = newId();
    expect((await send(token, drop, ["a", "b"], operationId)).status).toBe(200);
    await expect
      .poll(() => socket.messages.filter((message) => message.type === "notice" && message.about === "notifications"))
      .toHaveLength(1);
    expect((await page()).notifications).toMatchObject([
      {
        kind: "received",
        by: null,
        subject: { kind: "node", id: top.id, name: top.name },
        detail: "Guest",
        count: 2,
        readAt: null,
      },
    ]);
    await send(token, drop, ["a", "b"], operationId);
    await send(token, drop, ["c"]);
    await expect.poll(async () => (await page()).notifications.map(({ count }) => count)).toEqual([3]);
    const again = await owner.send<Drop>("POST", `/shared/${token}/drops`, { guest: "Another" });
    await send(token, again.drop, ["e"]);
    await expect.poll(async () => (await page()).notifications.map(({ count }) => count)).toEqual([1, 3]);

    const mailed = () =>
      DIRECTORY.prepare("SELECT kind FROM outbox WHERE recipient = ? AND kind = 'received'").bind(account.email).all();
    // One for each hour, whoever sends by the link.
    const mails = (await mailed()).results.length;
    expect(mails).toBeGreaterThanOrEqual(1);
    expect(mails).toBeLessThanOrEqual(Math.floor(Date.now() / 3_600_000) - startedIn + 1);

    const second = await owner.drop({}, top.id);
    await send(second.token, second.drop, ["d"]);
    await expect.poll(async () => (await page()).notifications.map(({ count }) => count)).toEqual([1, 1, 3]);
  });
});
