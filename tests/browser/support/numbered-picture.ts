import sharp from "sharp";

/** A JPEG of a ball before a colour, another one for each number; wide and tall ones by turns. */
export function numberedPicture(at: number): Promise<Buffer> {
  const [width, height] = at % 2 === 0 ? [900, 600] : [500, 900];
  const art = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${at * 40} 55% 45%)"/><circle cx="50%" cy="50%" r="200" fill="#fff8"/></svg>`;
  return sharp(Buffer.from(art)).jpeg().toBuffer();
}
