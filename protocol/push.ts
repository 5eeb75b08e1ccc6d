import { z } from "zod";
import { ChunkRef } from "./content.ts";
import { DisplayName } from "./display-name.ts";
import { Id } from "./ids.ts";
import { Millis, Node } from "./tree.ts";

export const SubscribeRequest = z
  .object({
    device: z.object({
      /** Made by the client once, and kept. */
      id: Id,
      name: DisplayName,
      /** e.g. `linux`, `darwin`, `win32`, `browser`. */
      platform: z.string().regex(/^[\w.-]{1,50}$/, "must be 1 to 50 letters, digits or one of _.-"),
    }),
  })
  .meta({ id: "SubscribeRequest" });
export type SubscribeRequest = z.infer<typeof SubscribeRequest>;

export const Subscription = z
  .object({
    /** Good once, until `expiresAt`. */
    ticket: z.string(),
    /** Where to open the WebSocket: `ws(s)://…/api/sync/socket?ticket=…`. */
    url: z.string(),
    expiresAt: Millis,
  })
  .meta({ id: "Subscription" });
export type Subscription = z.infer<typeof Subscription>;

/**
 * The header `Ledge-Bookmark` of an answer, for what comes over the socket: sent with the next request, it is answered by
 * nothing older than what the message tells of (P3). A message without one is as good for whoever pulls then.
 */
const Bookmark = z.string().max(200).optional();

/** What a notice is about. `spaces`: memberships, invitations, roles or mounts; `transfers`: one of the account's changed its state. */
const NoticeAbout = z.enum(["stars", "account", "devices", "links", "spaces", "notifications", "transfers"]);
export type NoticeAbout = z.infer<typeof NoticeAbout>;

/** What the server sends on the socket, as JSON text. To the text `ping` it answers `pong`. */
export const ServerMessage = z.discriminatedUnion("type", [
  /** All that changed between two cursors. */
  z.object({
    type: z.literal("changes"),
    since: z.string(),
    cursor: z.string(),
    space: Id,
    epoch: Id,
    changes: z.array(Node),
    bookmark: Bookmark,
  }),
  /** Something changed: pull. */
  z.object({ type: z.literal("poke"), space: Id, cursor: z.string(), bookmark: Bookmark }),
  /**
   * Something changed in a shared folder that the account has: pull there. `cursor` is that folder's own; null: ask without.
   * Not acknowledged, and lost where no socket is open. The bookmark is of the folder's space.
   */
  z.object({ type: z.literal("shared"), space: Id, cursor: z.string().nullable(), bookmark: Bookmark }),
  /**
   * Something of the account changed that is no part of a space: who shows it asks anew. Not acknowledged, and lost where no
   * socket is open; told to the socket of the device that changed it, too.
   */
  z.object({ type: z.literal("notice"), about: NoticeAbout, bookmark: Bookmark }),
  /** Chunks of a file that another device is sending: they may be fetched before the file is there. */
  z.object({ type: z.literal("chunks"), chunks: z.array(ChunkRef) }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** What a client sends. */
export const ClientMessage = z.discriminatedUnion("type", [
  /** It has everything up to this cursor, and is ready for the next message. */
  z.object({ type: z.literal("ack"), cursor: z.string().max(200) }),
  /** Chunks of a large file that the server has by now; told to the account's other sockets. */
  z.object({ type: z.literal("chunks"), chunks: z.array(ChunkRef).min(1).max(64) }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const Device = z
  .object({
    id: Id,
    name: z.string(),
    platform: z.string(),
    createdAt: Millis,
    lastSeenAt: Millis,
    connected: z.boolean(),
    /** The last cursor that it acknowledged, and that cursor's seq; null before the first. */
    cursor: z.string().nullable(),
    seq: z.int().nullable(),
    /** Whether this request was made with the credential that the device uses. */
    current: z.boolean(),
  })
  .meta({ id: "Device" });
export type Device = z.infer<typeof Device>;
