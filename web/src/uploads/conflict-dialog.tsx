import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Node } from "../../../protocol/tree.ts";
import { strings } from "../strings/uploads.ts";
import { formatDateTime, formatNumber, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./conflict-dialog.module.css";
import type { ConflictChoice, UploadItem } from "./upload-item.ts";
import { uploadHost } from "./uploads.ts";

interface ConflictDialogProps {
  readonly items: readonly UploadItem[];
  /** Whose button was pressed. */
  readonly chosen: UploadItem | null;
  readonly onClose: () => void;
}

/**
 * Asks what becomes of an upload whose name is taken, one by one or once for all. Opens by itself with the first; put off,
 * it opens again when asked to. Nothing is replaced without an answer (B13).
 */
export function ConflictDialog({ items, chosen, onClose }: ConflictDialogProps): ReactNode {
  const conflicts = items.filter(({ state }) => state === "conflict");
  const [putOff, setPutOff] = useState<ReadonlySet<string>>(new Set());
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const [isForAll, setForAll] = useState(false);
  const open = conflicts.filter(({ id }) => !answered.has(id));
  const item = open.find(({ id }) => id === chosen?.id) ?? open.find(({ id }) => !putOff.has(id));
  const others = open.length - 1;

  const answer = (choice: ConflictChoice): void => {
    const all = isForAll ? open : open.filter(({ id }) => id === item?.id);
    // A folder is never replaced: those are asked about one by one.
    const ids = all.filter((each) => choice !== "replace" || canReplace(each)).map(({ id }) => id);
    setAnswered(new Set([...answered, ...ids]));
    setForAll(false);
    onClose();
    void uploadHost().then((host) => host.tell({ type: "resolve", ids, choice }));
  };
  const later = (): void => {
    setPutOff(new Set(open.map(({ id }) => id)));
    onClose();
  };
  return (
    <Modal
      opened={item !== undefined}
      onClose={later}
      title={item && strings.uploads.conflictTitle(item.name)}
      closeButtonProps={{ "aria-label": strings.uploads.later }}
      centered
      radius="lg"
      size="md"
    >
      {item && (
        <Stack gap="md">
          <Text size="sm">
            {item.kind === "save" ? strings.uploads.conflictSaveText : strings.uploads.conflictText}
          </Text>
          <Compared item={item} />
          {others > 0 && (
            <Checkbox
              label={strings.uploads.forAll(others, formatNumber(others))}
              checked={isForAll}
              onChange={(event) => setForAll(event.currentTarget.checked)}
            />
          )}
          <Choices canReplace={canReplace(item)} onChoice={answer} />
        </Stack>
      )}
    </Modal>
  );
}

function canReplace({ existing, kind }: UploadItem): boolean {
  return kind === "save" || existing?.type === "file";
}

function Choices(props: { canReplace: boolean; onChoice: (choice: ConflictChoice) => void }): ReactNode {
  const text = strings.uploads;
  return (
    <>
      {!props.canReplace && <Text size="sm">{text.conflictFolder}</Text>}
      <Group gap="sm" justify="flex-end">
        <Button variant="subtle" color="gray" title={text.skipText} onClick={() => props.onChoice("skip")}>
          {text.skip}
        </Button>
        {props.canReplace && (
          <Button variant="default" title={text.replaceText} onClick={() => props.onChoice("replace")}>
            {text.replace}
          </Button>
        )}
        <Button data-autofocus title={text.keepBothText} onClick={() => props.onChoice("rename")}>
          {text.keepBoth}
        </Button>
      </Group>
    </>
  );
}

function Compared({ item }: { item: UploadItem }): ReactNode {
  const { existing, name, kind, size, mtime } = item;
  return (
    <div className={classes.pair}>
      {existing && <Side label={strings.uploads.thereNow} node={existing} />}
      <Side label={strings.uploads.yours} node={{ name, size, mtime, type: kind === "folder" ? "folder" : "file" }} />
    </div>
  );
}

function Side({ label, node }: { label: string; node: Pick<Node, "name" | "type" | "size" | "mtime"> }): ReactNode {
  return (
    <div className={classes.side}>
      <NodeIcon name={node.name} type={node.type} size={28} />
      <div className={classes.words}>
        <strong>{label}</strong>
        <span>
          {node.type === "file" ? `${formatSize(node.size)} · ` : ""}
          {formatDateTime(node.mtime)}
        </span>
      </div>
    </div>
  );
}
