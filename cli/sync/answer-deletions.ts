import type { SyncEngine } from "../../client/sync/engine.ts";
import type { SyncEvent } from "../../client/sync/events.ts";
import { takeAnswer, type Answer } from "./answer.ts";

const LOOK_EVERY = 1_000;

/**
 * Answers the brake (Y14): at once where the answer was given beforehand, else as soon as another process leaves one
 * (`ledge status DIR --confirm-deletions`). One that was given when less was held back is not taken.
 */
export function answerDeletions(
  engine: Pick<SyncEngine, "confirmDeletions" | "undoDeletions" | "status">,
  root: string,
  given: Answer["deletions"] | undefined,
  say: (text: string) => void,
): { readonly hear: (event: SyncEvent) => void; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const answer = (deletions: Answer["deletions"]): void => {
    clearInterval(timer);
    timer = undefined;
    if (deletions === "confirm") engine.confirmDeletions();
    else engine.undoDeletions();
  };
  const look = async (): Promise<void> => {
    const left = await takeAnswer(root);
    const { brake } = engine.status();
    if (!left || !brake) return;
    if (brake.remote > left.brake.remote || brake.local > left.brake.local)
      say("more is held back by now than was answered for: look again with ledge status");
    else answer(left.deletions);
  };
  const hear = (event: SyncEvent): void => {
    if (event.type !== "braked") return;
    if (given) return answer(given);
    timer ??= setInterval(() => void look(), LOOK_EVERY);
  };
  return { hear, stop: () => clearInterval(timer) };
}
