import { ActionIcon } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconFolderSearch,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/uploads.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { isAtRest, needsHelp, type UploadItem } from "./upload-item.ts";
import classes from "./upload-row.module.css";
import { stateText } from "./upload-text.ts";

export interface RowActions {
  readonly pause: (item: UploadItem) => void;
  readonly resume: (item: UploadItem) => void;
  readonly retry: (item: UploadItem) => void;
  readonly cancel: (item: UploadItem) => void;
  readonly open: (item: UploadItem) => void;
  readonly decide: (item: UploadItem) => void;
  readonly choose: (item: UploadItem) => void;
}

/** One upload: what it is, how it stands, and what can be done. */
export function UploadRow({ item, actions }: { item: UploadItem; actions: RowActions }): ReactNode {
  const { name, kind, state, size, sent, path } = item;
  const text = stateText(item);
  return (
    <div className={classes.row} data-state={state}>
      <NodeIcon name={name} type={kind === "folder" ? "folder" : "file"} size={24} />
      <div className={classes.middle}>
        <span className={classes.name} title={[...path, name].map(isolated).join("/")}>
          {name}
        </span>
        <span className={classes.state} title={text}>
          {text}
        </span>
        {!isAtRest(state) && size > 0 && (
          <progress className={classes.bar} max={size} value={sent} aria-label={strings.uploads.progressOf(name)} />
        )}
      </div>
      <div className={classes.actions}>
        <Mark item={item} />
        <Actions item={item} actions={actions} />
      </div>
    </div>
  );
}

function Mark({ item: { state } }: { item: UploadItem }): ReactNode {
  if (state === "done") return <IconCircleCheckFilled className={classes.good} size={18} aria-hidden />;
  return needsHelp(state) && <IconAlertTriangle className={classes.bad} size={18} aria-hidden />;
}

function Actions({ item, actions }: { item: UploadItem; actions: RowActions }): ReactNode {
  const { state, name, problem } = item;
  const text = strings.uploads;
  if (state === "done") {
    return (
      item.node && <Act label={text.openFolder(name)} icon={IconFolderSearch} onClick={() => actions.open(item)} />
    );
  }
  const cancel = needsHelp(state) ? text.remove(name) : text.cancel(name);
  return (
    <>
      {(state === "waiting" || state === "sending") && (
        <Act label={text.pause(name)} icon={IconPlayerPause} onClick={() => actions.pause(item)} />
      )}
      {state === "paused" && (
        <Act label={text.resume(name)} icon={IconPlayerPlay} onClick={() => actions.resume(item)} />
      )}
      {state === "failed" && <Act label={text.retry(name)} icon={IconRefresh} onClick={() => actions.retry(item)} />}
      {state === "conflict" && (
        <button type="button" className={classes.word} onClick={() => actions.decide(item)}>
          {text.decide}
        </button>
      )}
      {state === "lost" && (
        <button type="button" className={classes.word} onClick={() => actions.choose(item)}>
          {problem?.code === "not_allowed" ? text.allow : text.chooseAgain}
        </button>
      )}
      <Act label={cancel} icon={IconX} onClick={() => actions.cancel(item)} />
    </>
  );
}

function Act({ label, icon: Icon, onClick }: { label: string; icon: Icon; onClick: () => void }): ReactNode {
  return (
    <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} title={label} onClick={onClick}>
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
