import { Button, Group, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { SettingDialog } from "./setting-dialog.tsx";

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly text: ReactNode;
  /** What the button calls it. */
  readonly action: string;
  /** Closes the dialog when it resolves; says why when it rejects. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ isOpen, title, onClose, ...question }: ConfirmDialogProps): ReactNode {
  return (
    <SettingDialog isOpen={isOpen} title={title} onClose={onClose}>
      <Question {...question} onClose={onClose} />
    </SettingDialog>
  );
}

function Question({ text, action, onConfirm, onClose }: Omit<ConfirmDialogProps, "isOpen" | "title">): ReactNode {
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
        <Button variant="default" onClick={onClose} data-autofocus>
          {strings.settings.cancel}
        </Button>
        <Button color="red.8" loading={isBusy} onClick={() => void confirm()}>
          {action}
        </Button>
      </Group>
    </>
  );
}
