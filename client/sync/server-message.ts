import type { ServerMessage } from "../../protocol/push.ts";

const NOTICES: ReadonlySet<unknown> = new Set(["stars", "account", "devices", "links", "spaces", "notifications"]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the server said on the socket; null where it is no message that this client knows. Read by hand: the schemas of
 * protocol/push.ts are as large as all else that a page needs for its socket. What is in a node is trusted, as in the
 * answers to requests.
 */
export function readServerMessage(text: string): ServerMessage | null {
  const said = parse(text);
  return isRecord(said) && isMessage(said) ? (said as unknown as ServerMessage) : null;
}

function isMessage(said: Fields): boolean {
  const hasBookmark = said.bookmark === undefined || (isString(said.bookmark) && said.bookmark.length <= 200);
  switch (said.type) {
    case "changes":
      return (
        hasBookmark && [said.since, said.cursor, said.space, said.epoch].every(isString) && areAll(said.changes, isNode)
      );
    case "poke":
      return hasBookmark && isString(said.space) && isString(said.cursor);
    case "shared":
      return hasBookmark && isString(said.space) && (said.cursor === null || isString(said.cursor));
    case "notice":
      return hasBookmark && NOTICES.has(said.about);
    case "chunks":
      return areAll(said.chunks, isChunk);
    default:
      return false;
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const areAll = (value: unknown, is: (each: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
const isNode = (value: unknown): boolean => isRecord(value) && isString(value.id) && Number.isInteger(value.seq);
const isChunk = (value: unknown): boolean =>
  isRecord(value) &&
  isString(value.id) &&
  /^[0-9a-f]{64}$/.test(value.id) &&
  Number.isInteger(value.size) &&
  Number(value.size) > 0;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
