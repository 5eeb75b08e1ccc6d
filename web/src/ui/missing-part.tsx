import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconRefresh } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";
import { reloadNewest } from "../app/updates.ts";
import { strings } from "../strings/strings.ts";
import classes from "./empty-state.module.css";
import { forgetFailures } from "./lazy.tsx";
import { whyMissing, type WhyMissing } from "./missing-parts.ts";

interface MissingPartProps {
  /** What could not be shown; absent: a page. */
  readonly title?: string;
  /** Draws it again, which asks for the part anew. */
  readonly onRetry?: (() => void) | undefined;
}

/** In place of a part of the app that could not be had: why, and what to do. Offline it comes by itself once it can. */
export function MissingPart({ title = strings.app.brokenPart, onRetry }: MissingPartProps): ReactNode {
  const why = useWhy();
  const retry = onRetry && (() => (forgetFailures(), onRetry()));
  const retryOnline = useEffectEvent(() => retry?.());
  useEffect(() => {
    const listener = (): void => retryOnline();
    addEventListener("online", listener);
    return () => removeEventListener("online", listener);
  }, []);
  const isAway = why === "offline" || why === "unreachable";
  const Look = isAway ? IconCloudOff : why === "outdated" ? IconRefresh : IconAlertTriangle;
  return (
    <div className={classes.box} role="alert" aria-busy={why === null}>
      <div className={isAway || why === "outdated" ? classes.icon : `${classes.icon} ${classes.failed}`}>
        <Look size={36} stroke={1.5} aria-hidden />
      </div>
      <h2 className={classes.title}>{why === "outdated" ? strings.app.newVersion : title}</h2>
      <p className={classes.text}>{why && textOf(why)}</p>
      <div className={classes.actions}>
        {why !== "outdated" && retry && (
          <Button variant="light" onClick={retry}>
            {strings.errors.retry}
          </Button>
        )}
        {(why === "outdated" || why === "broken") && (
          <Button onClick={() => void reloadNewest()}>{strings.app.reload}</Button>
        )}
      </div>
    </div>
  );
}

function textOf(why: WhyMissing): string {
  return why === "outdated" ? strings.app.newVersionText : strings.errors.missingPart[why];
}

/** Null until it is known. */
function useWhy(): WhyMissing | null {
  const [why, setWhy] = useState<WhyMissing | null>(null);
  useEffect(() => {
    let isShown = true;
    void whyMissing().then((found) => isShown && setWhy(found));
    return () => {
      isShown = false;
    };
  }, []);
  return why;
}
