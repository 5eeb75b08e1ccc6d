/** Pixels of the page. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How an image lies in its box: `x` and `y` are the way from the box's middle to the image's, in pixels. */
export interface ImageView {
  /** 1: a pixel of the image is a pixel of the page. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const LARGEST = 8;

/** The scale at which all of an image is seen; small images are not made larger than they are. */
export function fitScale(image: Size, box: Size): number {
  if (image.width === 0 || image.height === 0) return 1;
  return Math.min(1, box.width / image.width, box.height / image.height);
}

/**
 * Zooms by a factor, with what is under `at` (pixels from the box's middle) staying there; not below what fits, nor beyond
 * eight times the image's size.
 */
export function zoomAt(
  view: ImageView,
  factor: number,
  at: { readonly x: number; readonly y: number },
  image: Size,
  box: Size,
): ImageView {
  const scale = Math.min(Math.max(view.scale * factor, fitScale(image, box)), LARGEST);
  const by = scale / view.scale;
  return keepInside({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, image, box);
}

/** Moves an image so that no empty edge shows while there is more of it; one that fits is in the middle. */
export function keepInside({ scale, x, y }: ImageView, image: Size, box: Size): ImageView {
  const reach = (length: number, room: number): number => Math.max(0, (length * scale - room) / 2);
  const within = (value: number, most: number): number => Math.min(Math.max(value, -most), most) || 0;
  return { scale, x: within(x, reach(image.width, box.width)), y: within(y, reach(image.height, box.height)) };
}
