import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import titles from "../ui/dialog-title.module.css";

interface SettingDialogProps {
  /** Kept mounted while closed: only so does the focus return to what opened it. */
  readonly isOpen: boolean;
  readonly title: string;
  readonly onClose: () => void;
  /** It is gone, its content too. */
  readonly onClosed?: () => void;
  /** False where a slip would lose what is shown this once. */
  readonly isEasilyClosed?: boolean;
  readonly size?: "sm" | "md";
  readonly children: ReactNode;
}

/** A question, or a few fields, in front of the settings. */
export function SettingDialog({
  isOpen,
  title,
  onClose,
  onClosed,
  isEasilyClosed = true,
  size = "sm",
  children,
}: SettingDialogProps): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      {...(onClosed && { onExitTransitionEnd: onClosed })}
      title={title}
      classNames={{ title: titles.title }}
      centered
      radius="lg"
      size={size}
      lockScroll={false}
      closeOnClickOutside={isEasilyClosed}
      closeOnEscape={isEasilyClosed}
      withCloseButton={isEasilyClosed}
      closeButtonProps={{ "aria-label": strings.settings.close }}
    >
      {children}
    </Modal>
  );
}
