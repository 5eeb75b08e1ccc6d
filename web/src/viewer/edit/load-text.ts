import { api } from "../../session/api.ts";
import { decodeText, type DecodedText } from "../text-encoding.ts";

/** A version of a text: what edits are based on. */
export interface BaseText extends DecodedText {
  readonly version: number;
}

/** All of a version's text; null where it is none. */
export async function loadText(file: string, version: number, signal?: AbortSignal): Promise<BaseText | null> {
  const bytes = await api.download(
    file,
    { version, signal },
    async (answer) => new Uint8Array(await answer.arrayBuffer()),
  );
  const decoded = decodeText(bytes);
  return decoded && { ...decoded, version };
}
