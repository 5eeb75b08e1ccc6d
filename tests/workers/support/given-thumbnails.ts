import { newId } from "../../../protocol/new-id.ts";
import type { Node } from "../../../protocol/tree.ts";
import { someBytes, type Belongings } from "./belongings.ts";
import { PICTURES } from "./picture-bytes.ts";
import { fileOf } from "./thumbnails.ts";

/** What nobody but a browser draws. */
export function pdf(me: Belongings, parent?: string): Promise<Node> {
  return fileOf(me, `${newId()}.pdf`, someBytes(), parent);
}

export interface Giving {
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly version?: number | string;
}

export function give(me: Belongings, { id }: Pick<Node, "id">, giving: Giving = {}, base = ""): Promise<Response> {
  const { bytes = PICTURES.png, type = "image/png", version = 1 } = giving;
  return me.account.api(`${base}/files/${id}/thumbnail?version=${version}`, {
    method: "PUT",
    headers: { "content-type": type },
    body: bytes,
  });
}

/** As `problemOf`, with the problem's `reason`. */
export async function refusalOf(answer: Response): Promise<string> {
  const { code, reason } = await answer.json<{ code: string; reason: string }>();
  return `${answer.status} ${code} ${reason}`;
}
