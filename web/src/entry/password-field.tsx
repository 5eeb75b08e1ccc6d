import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { strings } from "../strings/entry.ts";

/** A password that can be shown, and that says when Caps Lock is on. What is wrong with it takes the hint's place. */
export function PasswordField({ description, ...props }: PasswordInputProps): ReactNode {
  const [isCapsLock, setCapsLock] = useState(false);
  const hint = props.error === undefined || props.error === null ? description : undefined;
  const look = (event: KeyboardEvent): void => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <PasswordInput
      {...props}
      description={isCapsLock ? strings.entry.capsLock : hint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={() => setCapsLock(false)}
      visibilityToggleButtonProps={{ "aria-label": strings.entry.showPassword }}
    />
  );
}
