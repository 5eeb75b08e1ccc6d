import { Button, CopyButton, type ButtonProps } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";

interface CopyActionProps extends Pick<ButtonProps, "variant" | "size"> {
  readonly value: string;
  /** What is copied, for who does not see it beside the button. */
  readonly label: string;
  readonly text?: string;
}

/** Copies a text, and says so. */
export function CopyAction({
  value,
  label,
  text = strings.settings.copy,
  variant = "default",
  size = "sm",
}: CopyActionProps): ReactNode {
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          variant={variant}
          size={size}
          onClick={copy}
          aria-label={copied ? strings.settings.copied : label}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        >
          {copied ? strings.settings.copied : text}
        </Button>
      )}
    </CopyButton>
  );
}
