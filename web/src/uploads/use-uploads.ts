import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { RateMeter, timeLeft, type Pace } from "./rate.ts";
import { inOrder, isShown, summarize, type UploadsSummary } from "./summary.ts";
import type { UploadItem, UploadProblem } from "./upload-item.ts";
import { subscribeUploads, uploadsView } from "./uploads.ts";

export interface ShownUploads {
  readonly items: readonly UploadItem[];
  readonly summary: UploadsSummary;
  readonly stalled: UploadProblem | null;
}

export function useShownUploads(): ShownUploads {
  const view = useSyncExternalStore(subscribeUploads, uploadsView);
  return useMemo(() => {
    const items = inOrder(view.items.filter(isShown));
    return { items, summary: summarize(items), stalled: view.stalled };
  }, [view]);
}

export interface Speed {
  /** Bytes a second; null while it is too early to tell. */
  readonly rate: number | null;
  /** Milliseconds; null where it cannot be told. */
  readonly left: number | null;
}

const UNKNOWN: Speed = { rate: null, left: null };

/** How fast uploads go, told once a second: numbers that change faster cannot be read. */
export function useSpeed(summary: UploadsSummary): Speed {
  const latest = useRef(summary);
  latest.current = summary;
  const [speed, setSpeed] = useState(UNKNOWN);
  const isWorking = summary.working > 0;
  useEffect(() => {
    if (!isWorking) return;
    const meter = new RateMeter();
    const look = (): void => {
      const { sent, done, bytes, files, needHelp, paused } = latest.current;
      meter.add({ at: performance.now(), bytes: sent, files: done });
      setSpeed(speedOf(meter.pace, { bytes: bytes - sent, files: files - done - needHelp - paused }));
    };
    look();
    const timer = setInterval(look, 1_000);
    return () => {
      clearInterval(timer);
      setSpeed(UNKNOWN);
    };
  }, [isWorking]);
  return speed;
}

function speedOf(pace: Pace | null, left: { bytes: number; files: number }): Speed {
  return { rate: pace?.bytes ?? null, left: timeLeft(left, pace) };
}
