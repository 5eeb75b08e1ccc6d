import { strings } from "../strings/uploads.ts";
import { errorCodeText } from "../ui/error-text.ts";
import { formatDuration, formatSize } from "../ui/format.ts";
import type { UploadItem, UploadProblem } from "./upload-item.ts";

/** What became wrong with an upload, and what to do. */
export function problemText({ code, detail }: UploadProblem): string {
  const { problems } = strings.uploads;
  if (Object.hasOwn(problems, code)) return problems[code] ?? "";
  return code === "network" ? strings.errors.network : errorCodeText(code, detail);
}

/** How an upload stands, in a line. */
export function stateText({ state, problem, sent, size }: UploadItem): string {
  const { states, sentOf } = strings.uploads;
  if (problem) return problemText(problem);
  if (state === "done") return formatSize(size);
  if ((state === "sending" || state === "paused") && sent > 0) {
    const bytes = sentOf(formatSize(sent), formatSize(size));
    return state === "paused" ? `${states.paused} · ${bytes}` : bytes;
  }
  return states[state];
}

/** @param ms - Milliseconds that are left, roughly. */
export function timeText(ms: number): string {
  return strings.uploads.timeLeft(formatDuration(ms / 1000));
}
