import { useState, type ReactNode } from "react";
import type { FileKind } from "../../../protocol/usage.ts";
import { isTooLarge } from "./pictured.ts";
import classes from "./entry-thumbnail.module.css";

interface PictureProps {
  readonly source: string;
  /** What is shown until it is there. */
  readonly placeholder?: string | null;
  /** Pixels, where they are known. */
  readonly size?: { readonly width: number | null; readonly height: number | null } | null;
  /** Of a PDF: a page, of which the upper end is shown; of a video: a film. */
  readonly kind: FileKind;
  /** It did not come, or is too large to be shown small. */
  readonly onFail: () => void;
}

/** A smaller one is shown in its size: stretched it would be a blur. Pixels. */
const SMALL = 96;

/** A picture that fills what it is in, and comes softly. Says nothing to a screen reader: the name beside it does. */
export function Picture({ source, placeholder = null, size, kind, onFail }: PictureProps): ReactNode {
  const [look, setLook] = useState<"waits" | "comes" | "there">("waits");
  const isSmall = size?.width != null && size.height != null && Math.max(size.width, size.height) < SMALL;
  return (
    <span
      className={classes.picture}
      data-look={kind === "pdf" ? "page" : kind === "video" ? "film" : undefined}
      data-small={isSmall || undefined}
    >
      {placeholder !== null && !isSmall && (
        <img className={classes.placeholder} src={placeholder} alt="" draggable={false} data-thumbnail="placeholder" />
      )}
      <img
        ref={(image) => {
          // What the browser has already is there at once.
          if (image?.complete !== true || image.naturalWidth === 0) return;
          if (!isTooLarge(image.naturalWidth, image.naturalHeight)) setLook((was) => (was === "waits" ? "there" : was));
        }}
        className={classes.image}
        src={source}
        alt=""
        {...(size?.width != null && size.height != null && { width: size.width, height: size.height })}
        loading="lazy"
        decoding="async"
        draggable={false}
        data-thumbnail="image"
        data-look={look}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          // It is not decoded as long as it is not seen.
          if (isTooLarge(naturalWidth, naturalHeight)) onFail();
          else setLook((was) => (was === "waits" ? "comes" : was));
        }}
        onError={onFail}
      />
    </span>
  );
}
