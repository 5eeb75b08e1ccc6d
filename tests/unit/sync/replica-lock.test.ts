import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openReplica } from "../../../client/ports/replica-link.ts";
import { acquireReplicaLock, ReplicaBusy } from "../../../client/ports/replica-lock.ts";

const MODULE = new URL("../../../client/ports/replica-lock.ts", import.meta.url).href;

describe("replica lock", () => {
  let root: string;
  beforeEach(async () => {
    ({ root } = await openReplica(mkdtempSync(join(tmpdir(), "ledge-lock-"))));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("[Y22] a folder is held once, and free again when released", () => {
    const lock = acquireReplicaLock(root);
    expect(() => acquireReplicaLock(root)).toThrow(ReplicaBusy);
    expect(() => acquireReplicaLock(root)).toThrow(`another process (${process.pid}) syncs this folder already`);
    lock.release();
    acquireReplicaLock(root).release();
  });

  test("[Y22] a process that holds it keeps others out until it is killed", async () => {
    const script = `
      import { acquireReplicaLock } from ${JSON.stringify(MODULE)};
      globalThis.lock = acquireReplicaLock(${JSON.stringify(root)});
      console.log("held");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    let refused: unknown;
    try {
      acquireReplicaLock(root).release();
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(ReplicaBusy);
    expect((refused as ReplicaBusy).pid).toBe(child.pid);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    acquireReplicaLock(root).release();
  });
});
