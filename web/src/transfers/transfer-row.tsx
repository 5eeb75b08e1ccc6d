import { ActionIcon } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconFolderSearch,
  IconRefresh,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Transfer } from "../../../protocol/transfers.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/transfers.ts";
import { formatNumber, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "../uploads/upload-row.module.css";
import { dismiss } from "./dismissed.ts";
import { moveAgain, stopMoving } from "./move-across.ts";
import { transferProblem } from "./move-notices.tsx";
import { isGoingOn } from "./transfer-requests.ts";

/** One move into another space: what it is, how far it is, and what can be done. */
export function TransferRow({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const drive = useDrive();
  const source = drive.entry(transfer.from.node);
  const target = useEntry(transfer.to.parent);
  const where = transfer.to.parent === drive.root ? strings.files.root : target?.name;
  const { name, state, bytes, totalBytes } = transfer;
  const text = stateText(transfer, where);
  return (
    <div className={classes.row} data-state={state}>
      <NodeIcon name={name} type={transfer.kind === "ownership" ? "folder" : (source?.type ?? "file")} size={24} />
      <div className={classes.middle}>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <span className={classes.state} title={text}>
          {text}
        </span>
        {isGoingOn(transfer) && (
          <progress
            className={classes.bar}
            {...(totalBytes !== null && { max: Math.max(totalBytes, 1), value: bytes })}
            aria-label={strings.transfers.progressOf(name)}
          />
        )}
      </div>
      <div className={classes.actions}>
        <Acts transfer={transfer} />
      </div>
    </div>
  );
}

function stateText(transfer: Transfer, where: string | undefined): string {
  const text = strings.transfers;
  const { kind, state, error, files, totalFiles, bytes, totalBytes } = transfer;
  if (state === "failed") return transferProblem(error?.code ?? "internal", error?.detail ?? "");
  if (state === "done") {
    if (kind === "ownership") return text.becameYours;
    return where === undefined ? text.moved : text.movedTo(where);
  }
  if (totalFiles === null || totalBytes === null) return text.counting;
  const done = [
    text.files(formatNumber(files), formatNumber(totalFiles)),
    text.bytes(formatSize(bytes), formatSize(totalBytes)),
  ];
  return (kind === "ownership" ? [text.becomesYours, ...done] : done).join(" · ");
}

function Acts({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const text = strings.transfers;
  const drive = useDrive();
  const navigate = useNavigate();
  const { id, name, state, kind, to } = transfer;
  if (state === "done") {
    const folder = kind === "ownership" ? transfer.from.node : to.parent;
    const show = (): void =>
      void (folder === drive.root
        ? navigate({ to: "/files" })
        : navigate({ to: "/files/$folder", params: { folder } }));
    return (
      <>
        <IconCircleCheckFilled className={classes.good} size={18} aria-hidden />
        <Act label={text.show(name)} icon={IconFolderSearch} onClick={show} />
      </>
    );
  }
  if (state === "failed") {
    return (
      <>
        <IconAlertTriangle className={classes.bad} size={18} aria-hidden />
        {kind === "move" && (
          <Act label={text.retry(name)} icon={IconRefresh} onClick={() => void moveAgain(drive, transfer)} />
        )}
        <Act label={text.remove(name)} icon={IconX} onClick={() => dismiss([id])} />
      </>
    );
  }
  return <Act label={text.cancel(name)} icon={IconX} onClick={() => void stopMoving(transfer)} />;
}

function Act({ label, icon: Look, onClick }: { label: string; icon: Icon; onClick: () => void }): ReactNode {
  return (
    <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} title={label} onClick={onClick}>
      <Look size={18} aria-hidden />
    </ActionIcon>
  );
}
