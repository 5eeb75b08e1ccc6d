import { Button, Group, Modal, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";

interface ConfirmDialogProps {
  readonly title: string;
  readonly text: string;
  /** What the button that does it says. */
  readonly answer: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before what cannot be undone; the focus is on the way out. */
export function ConfirmDialog({ title, text, answer, onConfirm, onClose }: ConfirmDialogProps): ReactNode {
  return (
    <Modal opened onClose={onClose} title={title} centered radius="lg">
      <Text size="sm">{text}</Text>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" data-autofocus onClick={onClose}>
          {strings.files.cancel}
        </Button>
        <Button
          color="red"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {answer}
        </Button>
      </Group>
    </Modal>
  );
}
