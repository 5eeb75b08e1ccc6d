import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import classes from "./empty-state.module.css";
import { errorText, isNetworkError } from "./error-text.ts";
import { MissingPart } from "./missing-part.tsx";
import { isMissingPart } from "./missing-parts.ts";

interface ErrorStateProps {
  /** Whatever was thrown. */
  readonly error: unknown;
  /** What could not be done; absent: a general title. */
  readonly title?: string;
  readonly onRetry?: (() => void) | undefined;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** A place whose content could not be had: what failed, and what to do. */
export function ErrorState(props: ErrorStateProps): ReactNode {
  return isMissingPart(props.error) ? <MissingPart {...props} /> : <Failure {...props} />;
}

function Failure({ error, title, onRetry, children }: ErrorStateProps): ReactNode {
  const isOffline = isNetworkError(error);
  const Look = isOffline ? IconCloudOff : IconAlertTriangle;
  return (
    <div className={classes.box} role="alert">
      <div className={isOffline ? classes.icon : `${classes.icon} ${classes.failed}`}>
        <Look size={36} stroke={1.5} aria-hidden />
      </div>
      <h2 className={classes.title}>{title ?? (isOffline ? strings.errors.offlineTitle : strings.errors.title)}</h2>
      <p className={classes.text}>{errorText(error)}</p>
      <div className={classes.actions}>
        {onRetry && (
          <Button variant="light" leftSection={<IconRefresh size={18} aria-hidden />} onClick={onRetry}>
            {strings.errors.retry}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
