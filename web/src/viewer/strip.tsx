import { ActionIcon } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./strip.module.css";

/** The row of tools above a preview. */
export function Strip({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={classes.strip} role="group" aria-label={label} data-no-swipe>
      {children}
    </div>
  );
}

/** What a preview says of what it shows. */
export function StripText({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className={classes.text}>{children}</p>;
}

export function StripSpace(): ReactNode {
  return <span className={classes.space} />;
}

interface StripButtonProps {
  readonly label: string;
  readonly icon: Icon;
  /** Absent: it is not a switch. */
  readonly isOn?: boolean;
  readonly isOff?: boolean;
  readonly onClick: () => void;
}

export function StripButton({ label, icon: Look, isOn, isOff = false, onClick }: StripButtonProps): ReactNode {
  return (
    <ActionIcon
      className={classes.button}
      variant={isOn ? "light" : "subtle"}
      color={isOn ? "moss" : "gray"}
      size={34}
      radius="md"
      aria-label={label}
      title={label}
      disabled={isOff}
      {...(isOn !== undefined && { "aria-pressed": isOn })}
      onClick={onClick}
    >
      <Look size={19} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
