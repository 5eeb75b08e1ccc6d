import { Button, PasswordInput } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/guest.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDuration } from "../ui/format.ts";
import { usePageTitle } from "../ui/page-title.ts";
import classes from "./guest-card.module.css";
import { GuestFrame } from "./guest-frame.tsx";
import { sharedApi } from "./guest-requests.ts";

interface UnlockFormProps {
  readonly secret: string;
  readonly onOpen: () => void;
}

/** Asks for a link's password, and tells nothing of what it opens. */
export function UnlockForm({ secret, onOpen }: UnlockFormProps): ReactNode {
  const text = strings.guest;
  usePageTitle(text.locked);
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (failure !== undefined) field.current?.select();
  }, [failure]);

  const open = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    if (password === "") return setFailure(text.noPassword);
    setBusy(true);
    setFailure(undefined);
    try {
      await sharedApi(secret).unlock(password);
      onOpen();
    } catch (error) {
      setFailure(failureText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <GuestFrame>
      <form className={classes.card} onSubmit={(event) => void open(event)} noValidate>
        <div className={classes.icon}>
          <IconLock size={30} stroke={1.6} aria-hidden />
        </div>
        <h1 className={classes.title}>{text.locked}</h1>
        <p className={classes.text}>{text.lockedText}</p>
        <PasswordInput
          ref={field}
          className={classes.field}
          size="md"
          label={text.password}
          value={password}
          error={failure}
          maxLength={128}
          autoFocus
          autoComplete="off"
          visibilityToggleButtonProps={{ "aria-label": text.showPassword }}
          onChange={({ currentTarget }) => {
            setPassword(currentTarget.value);
            setFailure(undefined);
          }}
        />
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          {text.unlock}
        </Button>
      </form>
    </GuestFrame>
  );
}

function failureText(error: unknown): string {
  const text = strings.guest;
  if (!(error instanceof LedgeError)) return errorText(error);
  if (error.code === "wrong_password") return text.wrong;
  if (error.code === "not_found") return text.gone;
  if (error.code !== "rate_limited") return errorText(error);
  const seconds = error.extra["retryAfter"];
  return typeof seconds === "number" ? text.limited(formatDuration(seconds)) : text.limitedSoon;
}
