import { Loader } from "@mantine/core";
import { IconCloudCheck, IconCloudOff, IconCloudUpload } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import type { DriveStatus } from "../drive/drive.ts";
import { useDriveStatus } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { formatNumber } from "../ui/format.ts";
import classes from "./connection-state.module.css";

type State = "live" | "saving" | "connecting" | "offline";

/** Milliseconds for which a state that passes by itself is kept to itself. */
const PATIENCE: Readonly<Record<State, number>> = { live: 0, saving: 700, connecting: 2500, offline: 0 };

/** Whether what is shown is current, and whether edits wait to be sent. */
export function ConnectionState(): ReactNode {
  const { connection, waiting } = useDriveStatus();
  const state = useSettled(connection === "live" && waiting > 0 ? "saving" : connection);
  const text = textOf(state, waiting);
  return (
    <div className={classes.state} data-state={state} role="status" title={text}>
      {state === "live" && <IconCloudCheck size={20} stroke={1.7} aria-hidden />}
      {state === "saving" && <IconCloudUpload size={20} stroke={1.7} aria-hidden />}
      {state === "connecting" && <Loader size={16} color="gray" aria-hidden />}
      {state === "offline" && <IconCloudOff size={20} stroke={1.7} aria-hidden />}
      <span className={classes.text}>{text}</span>
    </div>
  );
}

function textOf(state: State, waiting: number): string {
  if (state === "live") return strings.app.live;
  if (state === "saving") return strings.app.saving(waiting, formatNumber(waiting));
  const text = state === "offline" ? strings.app.offline : strings.app.connecting;
  return waiting === 0 ? text : `${text} · ${strings.app.waiting(waiting, formatNumber(waiting))}`;
}

function useSettled(state: DriveStatus["connection"] | State): State {
  const [settled, setSettled] = useState<State>("live");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(state), PATIENCE[state]);
    return () => clearTimeout(timer);
  }, [state]);
  return settled;
}
