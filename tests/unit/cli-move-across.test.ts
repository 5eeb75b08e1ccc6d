import { describe, expect, test } from "vitest";
import { moveAcross } from "../../cli/move-across.ts";
import type { CliContext } from "../../cli/context.ts";
import type { Api } from "../../client/api.ts";
import { HttpRealmMoves } from "../../client/sync/http-realm-moves.ts";
import { LedgeError, type ErrorCode } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Transfer } from "../../protocol/transfers.ts";
import type { Node } from "../../protocol/tree.ts";

/** A server with one transfer, which is over after so many looks. */
class FakeTransfers {
  readonly requests: string[] = [];
  state: Transfer["state"] = "copying";
  error: Transfer["error"] = null;
  #looks: number;

  constructor(looks: number) {
    this.#looks = looks;
  }

  readonly http = {
    json: async ({ method = "GET", path, json }: { method?: string; path: string; json?: { id: string } }) => {
      this.requests.push(`${method} ${path.replace(/[0-9a-z]{26}/, "ID")}`);
      if (method === "DELETE") {
        if (this.state !== "copying") throw new LedgeError("transfer_ended");
        this.state = "cancelled";
      } else if (this.state === "copying" && this.#looks-- <= 0) this.state = "done";
      return this.#told(json?.id ?? "t");
    },
  };

  #told(id: string): Transfer {
    const { state, error } = this;
    const place = { from: { space: "home", node: "n" }, to: { space: "theirs", parent: "p" }, name: "a" };
    const counts = { files: 1, bytes: 2, totalFiles: 3, totalBytes: 4, createdAt: 0, updatedAt: 5 };
    return { id, kind: "move", state, ...place, node: state === "done" ? "new" : null, ...counts, error };
  }
}

function parts(fake: FakeTransfers) {
  const interrupt = new AbortController();
  const notes: string[] = [];
  let slept = 0;
  const context = {
    signal: interrupt.signal,
    clock: {
      now: () => 0,
      sleep: async () => {
        slept++;
        interrupt.signal.throwIfAborted();
      },
    },
    whenInterrupted: () => undefined,
    withProgress: (_: unknown, work: () => Promise<unknown>) => work(),
    note: (text: string) => notes.push(text),
  } as unknown as CliContext;
  const node = { id: newId(), space: newId(), name: "a" } as Node;
  const there = { node: async (id: string) => ({ node: { ...node, id } }) };
  const to = { api: there, space: newId(), parent: newId() } as never;
  const api = { http: fake.http } as unknown as Api;
  const run = () => moveAcross(context, api, { api, node }, to, "fail");
  return { interrupt, notes, run, slept: () => slept };
}

describe("ledge mv across people's files", () => {
  test("[M11] answers the node in its new place", async () => {
    const { run, slept } = parts(new FakeTransfers(3));
    expect(await run()).toMatchObject({ id: "new" });
    expect(slept()).toBe(3);
  });

  test("[M11] Ctrl-C before it appeared cancels it", async () => {
    const fake = new FakeTransfers(1_000);
    const { interrupt, run } = parts(fake);
    interrupt.abort(new Error("interrupted"));
    await expect(run()).rejects.toThrow("interrupted");
    expect(fake.requests).toEqual(["POST /transfers", "DELETE /transfers/ID"]);
    expect(fake.state).toBe("cancelled");
  });

  test("[M11] Ctrl-C after it appeared changes nothing, and says that it did", async () => {
    const fake = new FakeTransfers(1);
    const { interrupt, run } = parts(fake);
    const { json } = fake.http;
    fake.http.json = async (request) => {
      if (request.method === "DELETE") fake.state = "done";
      return json(request);
    };
    interrupt.abort(new Error("interrupted"));
    expect(await run()).toMatchObject({ id: "new" });
  });

  test.each<[ErrorCode, string]>([
    ["over_quota", "no room"],
    ["name_conflict", "taken meanwhile"],
  ])("[M11] rejects with what it failed for (%s)", async (code, detail) => {
    const fake = new FakeTransfers(5);
    fake.state = "failed";
    fake.error = { code, detail };
    await expect(parts(fake).run()).rejects.toMatchObject({ code, message: detail });
  });

  test("[M11] says where the original could not go", async () => {
    const fake = new FakeTransfers(0);
    fake.error = { code: "original_kept", detail: "it was changed" };
    const { run, notes } = parts(fake);
    await run();
    expect(notes).toEqual(["ledge: a is in both places now: it was changed"]);
  });
});

test("[M11] the sync client names spaces as the server does, and asks for its own once", async () => {
  const begun: unknown[] = [];
  let asked = 0;
  const account = async () => {
    asked++;
    return { home: { space: "home", root: "root" } };
  };
  const fake = new FakeTransfers(0);
  const transfers = {
    begin: async (request: unknown) => {
      begun.push(request);
      return fake.http.json({ path: "/transfers" });
    },
  };
  const moves = new HttpRealmMoves({ account } as never, transfers as never);
  const { signal } = new AbortController();
  const move = { id: "m", from: { node: "n" }, to: { realm: "team", parent: "team" }, name: "a" };
  expect(await moves.begin(move, signal)).toMatchObject({ state: "done", node: "new", bytes: 2, totalBytes: 4 });
  await moves.begin({ ...move, from: { realm: "team", node: "n" }, to: { parent: "p" } }, signal);
  expect(begun).toMatchObject([
    { id: "m", from: { space: "home", node: "n" }, to: { space: "team", parent: "team" }, onConflict: "fail" },
    { from: { space: "team" }, to: { space: "home", parent: "p" } },
  ]);
  expect(asked).toBe(1);
});
