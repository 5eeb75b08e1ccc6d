import type { Operation } from "../../protocol/tree.ts";
import type { AbandonOperation, AppearOperation, ImportOperation } from "./import.ts";
import type { MountOperation } from "./mount.ts";
import type { MoveBetween } from "./move.ts";

/** What a commit can be made of: clients' operations, and those that only the server asks for. */
export type AnyOperation =
  Operation | MountOperation | MoveBetween | ImportOperation | AppearOperation | AbandonOperation;
