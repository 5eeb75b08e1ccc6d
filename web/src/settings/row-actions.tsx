import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";

interface RowActionProps {
  /** Of what the row is about. */
  readonly name: string;
  readonly onClick: () => void;
}

export function RenameAction({ name, onClick }: RowActionProps): ReactNode {
  return (
    <Tooltip label={strings.settings.rename}>
      <ActionIcon variant="default" size="lg" aria-label={strings.settings.renameItem(name)} onClick={onClick}>
        <IconPencil size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

export function RemoveAction({ name, onClick }: RowActionProps): ReactNode {
  return (
    <Tooltip label={strings.settings.remove}>
      <ActionIcon variant="default" size="lg" aria-label={strings.settings.removeItem(name)} onClick={onClick}>
        <IconTrash size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
