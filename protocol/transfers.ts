import { z } from "zod";
import { Id } from "./ids.ts";
import { Millis, Name } from "./tree.ts";

/** `POST /transfers`: moves a node into another space, with all its versions (M11). */
export const TransferRequest = z
  .object({
    /** Made by the client: asked again with it, the same transfer answers. */
    id: Id,
    /** Spaces as in `Node.space`: the home space's id, or a shared folder's. */
    from: z.object({ space: Id, node: Id }),
    to: z.object({ space: Id, parent: Id }),
    /** Absent: the name it has. */
    name: Name.optional(),
    onConflict: z.enum(["fail", "rename"]).default("fail"),
  })
  .meta({ id: "TransferRequest" });
export type TransferRequest = z.input<typeof TransferRequest>;

export const TransferState = z.enum(["copying", "done", "failed", "cancelled"]);
export type TransferState = z.infer<typeof TransferState>;

/** A transfer as who asked for it sees it. Kept for 30 days after it ended. */
export const Transfer = z
  .object({
    id: Id,
    /** `ownership`: of a whole shared folder, to a new owner (M13). */
    kind: z.enum(["move", "ownership"]),
    state: TransferState,
    from: z.object({ space: Id, node: Id }),
    to: z.object({ space: Id, parent: Id }),
    name: z.string(),
    /** The node in its new place; null until it is `done`. */
    node: Id.nullable(),
    /** Files, and bytes of all their versions, that were copied. */
    files: z.int(),
    bytes: z.int(),
    /** Of all that is to be copied; null while they are counted. */
    totalFiles: z.int().nullable(),
    totalBytes: z.int().nullable(),
    /**
     * Why it failed. Of one that is `done`: `original_kept` where what was moved could not go to the trash in its old place,
     * because it was changed, moved or locked away in the instant at which it appeared in the new one.
     */
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    createdAt: Millis,
    updatedAt: Millis,
  })
  .meta({ id: "Transfer" });
export type Transfer = z.infer<typeof Transfer>;

/** `GET /transfers`: the asker's, newest first; those that ended included. */
export const Transfers = z.object({ transfers: z.array(Transfer) }).meta({ id: "Transfers" });
export type Transfers = z.infer<typeof Transfers>;

/** `POST /spaces/{folder}/owner`: offers the folder to a member (M13). */
export const OwnershipOffer = z.object({ account: Id }).meta({ id: "OwnershipOffer" });
export type OwnershipOffer = z.infer<typeof OwnershipOffer>;
