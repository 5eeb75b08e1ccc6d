import { CHARACTER_MAPS } from "../../core/character-maps.ts";
import type { CharacterMaps } from "./extract/file-bytes.ts";

/** The maps that the deployment serves beside the browser app (X8). Throws where the platform fails to. */
export function characterMapsOf(assets: Fetcher): CharacterMaps {
  return async (name) => {
    // The binding takes no account of hosts.
    const answer = await assets.fetch(`https://ledge.invalid${CHARACTER_MAPS}${name}`);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    await answer.body?.cancel();
    if (answer.status === 404) return null;
    throw new Error(`${name} was answered with ${answer.status}`);
  };
}
