import { ActionIcon, Loader } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconMaximize, IconRotateClockwise, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { formatNumber } from "../ui/format.ts";
import classes from "./image-preview.module.css";
import { fitScale, keepInside, zoomAt, type ImageView, type Size } from "./image-zoom.ts";
import type { PreviewProps } from "./preview-props.ts";
import { useImageAddress } from "./use-image-address.ts";
import { useImageInput } from "./use-image-input.ts";

const STEP = 1.4;
/** Around an image that fits. Pixels. */
const MARGIN = 16;

/** An image that can be zoomed, moved and turned. The browser turns it as its EXIF data says. */
export function ImagePreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const { address, isBroken, onBroken } = useImageAddress(file, name);
  const [natural, setNatural] = useState<Size | null>(null);
  const [turns, setTurns] = useState(0);
  /** Null: as large as fits. */
  const [view, setView] = useState<ImageView | null>(null);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const box = { width: Math.max(0, width - 2 * MARGIN), height: Math.max(0, height - 2 * MARGIN) };
  const image = natural && turns % 2 === 1 ? { width: natural.height, height: natural.width } : natural;
  const fitting: ImageView = { scale: image ? fitScale(image, box) : 1, x: 0, y: 0 };
  const shown = view && image ? keepInside(view, image, box) : fitting;
  const isZoomed = shown.scale > fitting.scale;

  const zoom = (factor: number, at = { x: 0, y: 0 }): void => {
    if (!image) return;
    const next = zoomAt(shown, factor, at, image, box);
    setView(next.scale <= fitting.scale ? null : next);
  };
  const move = (x: number, y: number): void => {
    if (image) setView(keepInside({ ...shown, x: shown.x + x, y: shown.y + y }, image, box));
  };
  const rotate = (): void => {
    setTurns(turns + 1);
    setView(null);
  };
  const fit = (): void => setView(null);
  const input = useImageInput({ isZoomed, zoom, move, fit, rotate, step: STEP });
  useEffect(() => {
    if (!isZoomed && view) setView(null);
  }, [isZoomed, view]);

  if (isBroken) return renderUnshown();
  const text = strings.viewer.image;
  const percent = `${formatNumber(Math.round(shown.scale * 100))} %`;
  return (
    <div className={classes.frame}>
      <div ref={ref} className={classes.box} data-zoomed={isZoomed || undefined} data-no-swipe={isZoomed || undefined}>
        <div ref={input} className={classes.surface}>
          {address && (
            <img
              className={classes.image}
              data-shown={natural !== null || undefined}
              src={address}
              alt={name}
              draggable={false}
              style={{
                width: natural?.width,
                height: natural?.height,
                transform: `translate(-50%, -50%) translate(${shown.x}px, ${shown.y}px) rotate(${turns * 90}deg) scale(${shown.scale})`,
              }}
              onLoad={({ currentTarget }) => setNatural(naturalSize(currentTarget, box))}
              onError={onBroken}
            />
          )}
        </div>
        {natural === null && <Loader className={classes.loader} role="status" aria-label={strings.viewer.loading} />}
      </div>
      <div className={classes.tools} role="group" aria-label={strings.viewer.actions}>
        <Tool label={text.zoomOut} icon={IconZoomOut} isOff={!isZoomed} onClick={() => zoom(1 / STEP)} />
        <button
          type="button"
          className={classes.scale}
          aria-label={text.zoom(percent)}
          onClick={() => (isZoomed ? fit() : zoom(1 / shown.scale))}
        >
          {image ? percent : ""}
        </button>
        <Tool label={text.zoomIn} icon={IconZoomIn} isOff={!image} onClick={() => zoom(STEP)} />
        <Tool label={text.fit} icon={IconMaximize} isOff={!isZoomed} onClick={fit} />
        <Tool label={text.rotate} icon={IconRotateClockwise} isOff={!image} onClick={rotate} />
      </div>
    </div>
  );
}

/** A drawing may have no size of its own: it is given the room there is. */
function naturalSize({ naturalWidth, naturalHeight }: HTMLImageElement, box: Size): Size {
  return naturalWidth > 0 && naturalHeight > 0 ? { width: naturalWidth, height: naturalHeight } : box;
}

interface ToolProps {
  readonly label: string;
  readonly icon: typeof IconZoomIn;
  readonly isOff: boolean;
  readonly onClick: () => void;
}

function Tool({ label, icon: Look, isOff, onClick }: ToolProps): ReactNode {
  return (
    <ActionIcon
      className={classes.tool}
      variant="subtle"
      color="gray"
      size={38}
      radius="xl"
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={onClick}
    >
      <Look size={20} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
