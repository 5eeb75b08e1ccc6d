import { newId } from "../../../protocol/new-id.ts";
import type { Transfer, TransferRequest } from "../../../protocol/transfers.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Sharer } from "./people.ts";

/** One who moves things between spaces. */
export class Transferring {
  readonly #who: Sharer;

  constructor(who: Sharer) {
    this.#who = who;
  }

  /** From the home into a folder that is the top of a space. */
  move(node: Pick<Node, "id">, folder: string, more: Partial<TransferRequest> = {}): Promise<Transfer> {
    const { home } = this.#who.account;
    return this.#who.send<Transfer>("POST", "/transfers", {
      id: newId(),
      from: { space: home.space, node: node.id },
      to: { space: folder, parent: folder },
      ...more,
    });
  }
}
