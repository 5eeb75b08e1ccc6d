import { useEffect, useRef, useState } from "react";
import { strings } from "../strings/uploads.ts";
import { formatNumber } from "../ui/format.ts";
import type { ShownUploads } from "./use-uploads.ts";

/** What a screen reader is told: that uploads were added, are through, wait, or need somebody. Never their progress. */
export function useAnnouncement({ summary, stalled }: ShownUploads): string {
  const [said, say] = useState("");
  const before = useRef({ files: 0, working: 0, needHelp: 0, isStalled: false });
  const { files, working, needHelp } = summary;
  const isStalled = stalled !== null;
  useEffect(() => {
    const { announce } = strings.uploads;
    const last = before.current;
    before.current = { files, working, needHelp, isStalled };
    if (isStalled && !last.isStalled) say(announce.offline);
    else if (needHelp > last.needHelp) say(announce.help);
    else if (working === 0 && last.working > 0) say(announce.done);
    else if (files > last.files) say(announce.begun(files - last.files, formatNumber(files - last.files)));
  }, [files, working, needHelp, isStalled]);
  return said;
}
