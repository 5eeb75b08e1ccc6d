import { useMemo } from "react";
import { useMoving } from "../transfers/moving.ts";
import { useClip } from "./clipboard.ts";

/** What lists show as leaving: what was cut, and what is on its way into another space. */
export function useLeaving(): ReadonlySet<string> {
  const clipped = useClip();
  const moving = useMoving();
  return useMemo(() => {
    if (clipped?.type !== "cut") return moving;
    return moving.size === 0 ? clipped.ids : new Set([...moving, ...clipped.ids]);
  }, [clipped, moving]);
}
