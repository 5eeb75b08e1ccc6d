import { Alert, Button, Group, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useEffect, useRef, type ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { CopyAction } from "./copy-action.tsx";
import classes from "./made-token.module.css";

interface MadeTokenProps {
  readonly name: string;
  readonly token: string;
  readonly onDismiss: () => void;
}

/** A new token, this once. */
export function MadeToken({ name, token, onDismiss }: MadeTokenProps): ReactNode {
  const text = strings.settings.tokens;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      variant="light"
      title={text.madeTitle(name)}
      icon={<IconKey size={20} aria-hidden />}
      className={classes.box}
    >
      <Text size="sm">
        {text.madeText} {text.keepSecret}
      </Text>
      <Group gap="sm" my="sm">
        <code className={classes.token} aria-label={text.token}>
          {token}
        </code>
        <CopyAction value={token} label={text.copyToken} variant="filled" />
      </Group>
      <Button variant="default" onClick={onDismiss}>
        {text.dismiss}
      </Button>
    </Alert>
  );
}
