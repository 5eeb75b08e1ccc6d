import { Button, Group, Modal, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/strings.ts";
import titles from "./dialog-title.module.css";
import { errorText } from "./error-text.ts";

interface ConfirmDialogProps {
  /** Kept mounted while closed, it gives the focus back to what opened it. */
  readonly isOpen: boolean;
  readonly title: string;
  readonly text: ReactNode;
  /** What the button that does it says. */
  readonly answer: string;
  /** False where it can be taken back. */
  readonly isDanger?: boolean;
  /** Closes the dialog when it is done; one that rejects is told of, and the dialog stays. */
  readonly onConfirm: () => Promise<void> | void;
  readonly onClose: () => void;
  /** Set over another dialog: higher than that one's. */
  readonly zIndex?: number;
}

/** Asks before what cannot be taken back; the focus is on the way out. */
export function ConfirmDialog({ isOpen, title, onClose, zIndex, ...question }: ConfirmDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      classNames={{ title: titles.title }}
      centered
      radius="lg"
      {...(zIndex !== undefined && { zIndex })}
    >
      <Question {...question} onClose={onClose} />
    </Modal>
  );
}

function Question({
  text,
  answer,
  isDanger = true,
  onConfirm,
  onClose,
}: Omit<ConfirmDialogProps, "isOpen" | "title" | "zIndex">): ReactNode {
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  async function confirm(): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <FormFailure text={failure} />
      <Text component="div" size="sm" lh={1.55}>
        {text}
      </Text>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" data-autofocus onClick={onClose}>
          {strings.files.cancel}
        </Button>
        <Button {...(isDanger && { color: "red.8" })} loading={isBusy} onClick={() => void confirm()}>
          {answer}
        </Button>
      </Group>
    </>
  );
}
