import type { MenuProps } from "@mantine/core";
import { cloneElement, Suspense, useCallback, useEffect, useState, type ReactElement, type ReactNode } from "react";
import { lazy } from "./lazy.tsx";

export interface LazyMenuProps extends Pick<MenuProps, "position" | "width" | "radius"> {
  readonly button: ReactElement<MenuButtonProps>;
  /** Fetches the items' code. */
  readonly preload: () => Promise<unknown>;
  /** The items; of a `lazy` component, so that Mantine's menus are no part of the first load. */
  readonly children: ReactNode;
}

interface MenuButtonProps {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
}

const load = () => import("./opened-menu.tsx");
const OpenedMenu = lazy(() => load().then((file) => file.OpenedMenu));

/** Milliseconds after which a page that was just drawn has time for what may be needed next. */
const SETTLED = 3000;

/** A button with a menu, whose code is fetched once the page has settled, or when the pointer or the focus comes to it. */
export function LazyMenu(props: LazyMenuProps): ReactNode {
  const [isWanted, setWanted] = useState(false);
  const { preload: loadItems } = props;
  const preload = useCallback(() => {
    void Promise.all([load(), loadItems()]).catch(() => undefined);
  }, [loadItems]);
  useEffect(() => {
    const timer = setTimeout(preload, SETTLED);
    return () => clearTimeout(timer);
  }, [preload]);
  const button = cloneElement(props.button, {
    onClick: () => setWanted(true),
    onPointerEnter: preload,
    onFocus: preload,
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <OpenedMenu {...props} />
    </Suspense>
  );
}
