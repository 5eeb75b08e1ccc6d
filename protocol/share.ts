import { z } from "zod";
import { ChunkRef } from "./content.ts";
import { Id, Sha256Hex } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { Millis, Name } from "./tree.ts";

/** What a link lets whoever has it do: look at it, save it as well, or only send files (SPEC L1). */
export const LinkPermission = z.enum(["view", "download", "upload"]);
export type LinkPermission = z.infer<typeof LinkPermission>;

/** What the owner sets. Null takes a limit away. */
export const LinkSettings = z
  .object({
    permission: LinkPermission.default("download"),
    /** Never answered again. */
    password: z.string().min(4).max(128).nullable().optional(),
    expiresAt: Millis.nullable().optional(),
    /** Downloads altogether. */
    maxDownloads: z.int().min(1).max(1_000_000).nullable().optional(),
    /** Shown to guests. */
    note: z.string().max(500).nullable().optional(),
    /** Stands before the secret in the address. */
    slug: z
      .string()
      .max(64)
      // No `pattern` in the OpenAPI document, which has no place for the flag that this one needs.
      .refine((slug) => /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(slug), "must be letters, digits, - and _")
      .nullable()
      .optional(),
    /** Of a file drop: bytes altogether. */
    maxUploadBytes: z.int().min(1).nullable().optional(),
  })
  .meta({ id: "LinkSettings" });
export type LinkSettings = z.input<typeof LinkSettings>;

/** `PATCH /links/{id}`: what is left out stays as it is. */
export const LinkChanges = LinkSettings.extend({ permission: LinkPermission.optional() }).meta({ id: "LinkChanges" });
export type LinkChanges = z.infer<typeof LinkChanges>;

/** A link as its owner sees it. */
export const Link = z
  .object({
    id: Id,
    /** `https://…/s/{slug.}secret`. */
    url: z.string(),
    node: Id,
    permission: LinkPermission,
    hasPassword: z.boolean(),
    expiresAt: Millis.nullable(),
    maxDownloads: z.int().nullable(),
    note: z.string().nullable(),
    slug: z.string().nullable(),
    maxUploadBytes: z.int().nullable(),
    createdAt: Millis,
    /** Openings, downloads and files received so far, and the time of the last of any; to the minute. */
    uses: z.object({ opened: z.int(), downloads: z.int(), received: z.int(), lastAt: Millis.nullable() }),
  })
  .meta({ id: "Link" });
export type Link = z.infer<typeof Link>;

export const LinkPage = z.object({ links: z.array(Link), next: z.string().nullable() }).meta({ id: "LinkPage" });
export type LinkPage = z.infer<typeof LinkPage>;

/** What a guest sees of a node: no space, no owner, no folder above the link's. */
export const SharedNode = z
  .object({
    id: Id,
    name: z.string(),
    type: z.enum(["file", "folder"]),
    version: z.int(),
    size: z.int(),
    mtime: Millis,
  })
  .meta({ id: "SharedNode" });
export type SharedNode = z.infer<typeof SharedNode>;

/** `GET /shared/{token}`. */
export const SharedLink = z
  .object({
    permission: LinkPermission,
    note: z.string().nullable(),
    expiresAt: Millis.nullable(),
    /** Null for a file drop: the guest sees nothing but the name that it was given. */
    node: SharedNode.nullable(),
    /** What the page is titled. */
    name: z.string(),
    /** Who shares: the account's display name. */
    by: z.string(),
    downloadsLeft: z.int().nullable(),
    maxUploadBytes: z.int().nullable(),
  })
  .meta({ id: "SharedLink" });
export type SharedLink = z.infer<typeof SharedLink>;

/** A page of a shared folder. */
export const SharedNodes = z
  .object({ nodes: z.array(SharedNode), next: z.string().nullable() })
  .meta({ id: "SharedNodes" });
export type SharedNodes = z.infer<typeof SharedNodes>;

/** A node that a link reaches, and where it is. */
export const SharedLocation = z
  .object({
    node: SharedNode,
    /** The folders above it, the link's own first; none above that, and none for the link's own node. */
    ancestors: z.array(z.object({ id: Id, name: z.string() })),
  })
  .meta({ id: "SharedLocation" });
export type SharedLocation = z.infer<typeof SharedLocation>;

/** A guest's file drop: `name` is the guest's, and becomes the folder's. */
export const DropRequest = z.object({ guest: Name }).meta({ id: "DropRequest" });
export type DropRequest = z.infer<typeof DropRequest>;

/** A file drop as its guest has it. */
export const Drop = z
  .object({
    /** Known to nobody else: it is what the guest goes on by. */
    drop: z.string(),
    /** Two days after something came last. */
    expiresAt: Millis,
  })
  .meta({ id: "Drop" });
export type Drop = z.infer<typeof Drop>;

/** Announces chunks of a drop. */
export const DropAnnouncement = z
  .object({ chunks: z.array(ChunkRef).max(LIMITS.uploadChunks) })
  .meta({ id: "DropAnnouncement" });

export const DropMissing = z
  .object({
    /** Announced chunks that this drop has not sent yet, in the order announced; whatever else the owner holds. */
    missing: z.array(Sha256Hex),
    expiresAt: Millis,
  })
  .meta({ id: "DropMissing" });
export type DropMissing = z.infer<typeof DropMissing>;

export const DropReceipt = z.object({ accepted: z.int(), expiresAt: Millis }).meta({ id: "DropReceipt" });
export type DropReceipt = z.infer<typeof DropReceipt>;

/** Puts files into the guest's folder, of chunks that this drop has sent. */
export const DropCommit = z
  .object({
    /** Client-made; sent again with the same files, it makes none twice. */
    operationId: Id,
    files: z
      .array(
        z.object({
          name: Name,
          /** Folders below the guest's, the topmost first; made where they are not there. */
          path: z.array(Name).max(32).default([]),
          chunks: z.array(ChunkRef).max(LIMITS.fileChunks),
          mtime: Millis,
        }),
      )
      .min(1)
      .max(LIMITS.dropFiles),
  })
  .meta({ id: "DropCommit" });
export type DropCommit = z.input<typeof DropCommit>;

/** One for each file, in order. A name that is taken is numbered, and nobody is told. */
export const DropResults = z
  .object({
    results: z.array(
      z.union([
        z.object({ ok: z.literal(true) }),
        z.object({
          ok: z.literal(false),
          /** One of protocol/errors.ts. */
          code: z.string(),
          /** On `chunks_missing`: to be sent (again). */
          missing: z.array(Sha256Hex).optional(),
        }),
      ]),
    ),
  })
  .meta({ id: "DropResults" });
export type DropResults = z.infer<typeof DropResults>;
