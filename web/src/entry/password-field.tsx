import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { strings } from "../strings/entry.ts";

/** A password that can be shown, and that says when Caps Lock is on. */
export function PasswordField({ description, ...props }: PasswordInputProps): ReactNode {
  const [isCapsLock, setCapsLock] = useState(false);
  const look = (event: KeyboardEvent): void => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <PasswordInput
      {...props}
      description={isCapsLock ? strings.entry.capsLock : description}
      inputWrapperOrder={["label", "input", "description", "error"]}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={() => setCapsLock(false)}
      visibilityToggleButtonProps={{ "aria-label": strings.entry.showPassword }}
    />
  );
}
