import type { Entry } from "../../drive/drive.ts";
import { apiIn } from "../../session/space-api.ts";
import { decodeText, type DecodedText } from "../text-encoding.ts";

/** A version of a text: what edits are based on. */
export interface BaseText extends DecodedText {
  readonly version: number;
  /** Whether the version itself is gone, and this is another one's text: it tells nothing of what was changed since. */
  readonly isGuess?: boolean;
}

/** All of a version's text; null where it is none. */
export async function loadText(
  { id, sharedIn }: Pick<Entry, "id" | "sharedIn">,
  version: number,
  signal?: AbortSignal,
): Promise<BaseText | null> {
  const bytes = await apiIn(sharedIn).download(
    id,
    { version, signal },
    async (answer) => new Uint8Array(await answer.arrayBuffer()),
  );
  const decoded = decodeText(bytes);
  return decoded && { ...decoded, version };
}
