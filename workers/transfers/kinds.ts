import type { TransferRow } from "../storage/directory-transfers.ts";
import type { TransferKind } from "./kind.ts";
import { OWNERSHIP } from "./ownership.ts";
import { MOVE } from "./move-kind.ts";

export const KINDS: Readonly<Record<TransferRow["kind"], TransferKind>> = { move: MOVE, ownership: OWNERSHIP };
