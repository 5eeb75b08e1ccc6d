import { z } from "zod";
import { Id } from "./ids.ts";

/** What an audit finds wrong. */
export const AuditProblem = z.enum([
  /** A pack that rows name and the bucket has not. */
  "missing_pack",
  /** An object of the bucket that no row names, older than the collector's grace: it will take it away. */
  "orphan_pack",
  /** A pack whose master key this deployment has not. */
  "unreadable_pack",
  /** A chunk whose record fails its authentication. */
  "damaged_chunk",
  /** A chunk that a content names and no row does, or whose pack no row names. */
  "missing_chunk",
  /** A counter that differs from its recount (I9). */
  "wrong_counter",
  /** A version of which bytes are missing: whoever has them can send them again. */
  "damaged_file",
]);
export type AuditProblem = z.infer<typeof AuditProblem>;

export const AuditFinding = z
  .object({
    problem: AuditProblem,
    /** The account concerned; null where that is not known. */
    account: Id.nullable(),
    /** Id of the pack, chunk or account; of a file, its path. */
    what: z.string(),
    /** For people. */
    detail: z.string(),
    /** Corrected by this step. */
    repaired: z.boolean(),
  })
  .meta({ id: "AuditFinding" });
export type AuditFinding = z.infer<typeof AuditFinding>;

/** `POST /admin/audit`: one bounded step. */
export const AuditRequest = z
  .object({
    /** `next` of the step before; absent: from the beginning. */
    cursor: z.string().max(256).optional(),
    repair: z.boolean().default(false),
    /** Packs of this step that are read whole, each of their chunks authenticated. */
    verify: z.int().min(0).max(16).default(0),
    /** Packs that earlier steps found missing and did not repair: files that need them count as damaged. */
    missing: z.array(Id).max(1_000).default([]),
  })
  .meta({ id: "AuditRequest" });
export type AuditRequest = z.infer<typeof AuditRequest>;

export const AuditStep = z
  .object({
    /** What this step looked at. */
    checked: z.object({ packs: z.int(), chunks: z.int(), accounts: z.int() }),
    findings: z.array(AuditFinding),
    /** Null: all was looked at. */
    next: z.string().nullable(),
  })
  .meta({ id: "AuditStep" });
export type AuditStep = z.infer<typeof AuditStep>;

/** `GET /files/damaged`: files of which the server lacks bytes. */
export const DamagedFiles = z
  .object({
    files: z.array(
      z.object({
        id: Id,
        version: z.int(),
        content: z.string(),
        /** From the root. */
        path: z.string(),
      }),
    ),
    /** More are damaged than this answer lists. */
    more: z.boolean(),
  })
  .meta({ id: "DamagedFiles" });
export type DamagedFiles = z.infer<typeof DamagedFiles>;
