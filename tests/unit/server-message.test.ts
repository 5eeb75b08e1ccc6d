import { describe, expect, it } from "vitest";
import { readServerMessage } from "../../client/sync/server-message.ts";
import { newId } from "../../protocol/new-id.ts";
import { ServerMessage } from "../../protocol/push.ts";

const space = newId();
const node = {
  id: newId(),
  space,
  parent: null,
  name: "",
  type: "folder",
  state: "live",
  version: 0,
  content: null,
  size: 0,
  mtime: 0,
  executable: false,
  seq: 1,
  createdAt: 0,
  trashedAt: null,
};
const messages: readonly Record<string, unknown>[] = [
  { type: "changes", since: "a", cursor: "b", space, epoch: newId(), changes: [node], bookmark: "c" },
  { type: "changes", since: "a", cursor: "b", space, epoch: newId(), changes: [] },
  { type: "poke", space, cursor: "b" },
  { type: "shared", space, cursor: "b", bookmark: "c" },
  { type: "shared", space, cursor: null },
  { type: "notice", about: "stars" },
  { type: "notice", about: "spaces" },
  { type: "notice", about: "notifications" },
  { type: "chunks", chunks: [{ id: "0f".repeat(32), size: 1 }] },
];

describe("messages of the socket", () => {
  it("[W3] are read as the protocol's schema reads them", () => {
    for (const message of messages) {
      expect(ServerMessage.parse(message)).toEqual(message);
      expect(readServerMessage(JSON.stringify(message))).toEqual(message);
    }
  });

  it("[W3] are passed over where a field is missing or of another type, by both", () => {
    for (const message of messages) {
      for (const field of Object.keys(message)) {
        for (const wrong of [undefined, 7, null, {}, "x".repeat(300), [1], [{}], [{ id: "no", size: 0, seq: "1" }]]) {
          const broken = { ...message, [field]: wrong };
          if (ServerMessage.safeParse(broken).success) continue;
          // Ids of spaces and epochs are only compared: any text will do.
          if ((field === "space" || field === "epoch") && typeof wrong === "string") continue;
          expect(readServerMessage(JSON.stringify(broken)), JSON.stringify(broken)).toBeNull();
        }
      }
    }
  });

  it("[W3] are nothing where they are no message at all", () => {
    for (const text of ["", "pong", "null", "[]", "7", '{"type":"later"}', "{"])
      expect(readServerMessage(text)).toBeNull();
  });
});
