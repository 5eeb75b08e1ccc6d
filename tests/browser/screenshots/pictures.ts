import type { Page } from "playwright-core";

/** A landscape that is drawn, not taken: hills in mist, under a sun. */
export interface Scene {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  /** From the top down. */
  readonly sky: readonly [string, string, string];
  /** The nearest hills' colour; the far ones go over into the sky. */
  readonly ground: string;
  readonly sun: { readonly x: number; readonly y: number; readonly colour: string };
  /** A lake at the foot, that shows the sky again. */
  readonly hasLake?: boolean;
}

/** Draws a scene in a page's canvas; a JPEG's bytes. */
export async function drawScene(page: Page, scene: Scene): Promise<Buffer> {
  const base64 = await page.evaluate((scene): string => {
    let state = scene.seed * 2654435761;
    const random = (): number => {
      state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
      return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
    };
    const { width, height } = scene;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const draw = canvas.getContext("2d");
    if (!draw) throw new Error("no canvas");
    const horizon = height * (scene.hasLake ? 0.68 : 1);

    const sky = draw.createLinearGradient(0, 0, 0, height * 0.8);
    scene.sky.forEach((colour, i) => sky.addColorStop(i / 2, colour));
    draw.fillStyle = sky;
    draw.fillRect(0, 0, width, height);

    const [x, y] = [scene.sun.x * width, scene.sun.y * height];
    const glow = draw.createRadialGradient(x, y, 0, x, y, width * 0.45);
    glow.addColorStop(0, scene.sun.colour);
    glow.addColorStop(0.06, scene.sun.colour);
    glow.addColorStop(0.09, `${scene.sun.colour}66`);
    glow.addColorStop(1, `${scene.sun.colour}00`);
    draw.fillStyle = glow;
    draw.fillRect(0, 0, width, height);

    const ridges = 6;
    for (let ridge = 0; ridge < ridges; ridge++) {
      const nearness = ridge / (ridges - 1);
      const base = horizon * (0.46 + 0.44 * nearness);
      const swing = height * (0.2 - 0.1 * nearness);
      const waves = Array.from({ length: 7 }, (_, i) => ({
        rate: (1.4 + random()) * 1.7 ** i,
        phase: random() * 7,
        size: 0.5 ** i,
      }));
      draw.beginPath();
      draw.moveTo(0, horizon);
      for (let at = 0; at <= width; at += 2) {
        const sum = waves.reduce(
          (all, { rate, phase, size }) => all + Math.sin((at / width) * rate * 3 + phase) * size,
          0,
        );
        draw.lineTo(at, Math.min(base - sum * swing * 0.5, horizon));
      }
      draw.lineTo(width, horizon);
      draw.closePath();
      draw.globalAlpha = 0.25 + 0.75 * nearness;
      draw.fillStyle = scene.ground;
      draw.fill();
      // Mist between the ridges.
      const mist = draw.createLinearGradient(0, base - swing, 0, base + swing);
      mist.addColorStop(0, `${scene.sky[2]}00`);
      mist.addColorStop(1, `${scene.sky[2]}${ridge === ridges - 1 ? "00" : "88"}`);
      draw.globalAlpha = 1;
      draw.fillStyle = mist;
      draw.fill();
    }
    if (scene.hasLake) {
      draw.save();
      draw.beginPath();
      draw.rect(0, horizon, width, height - horizon);
      draw.clip();
      draw.translate(0, 2 * horizon);
      draw.scale(1, -1);
      draw.drawImage(canvas, 0, 0, width, horizon, 0, 0, width, horizon);
      draw.restore();
      const depth = draw.createLinearGradient(0, horizon, 0, height);
      depth.addColorStop(0, `${scene.ground}22`);
      depth.addColorStop(1, `${scene.ground}dd`);
      draw.fillStyle = depth;
      draw.fillRect(0, horizon, width, height - horizon);
      draw.fillStyle = "#ffffff22";
      for (let i = 0; i < 60; i++) {
        const across = 20 + random() * width * 0.2;
        draw.fillRect(random() * width, horizon + random() ** 2 * (height - horizon), across, 1.5);
      }
    }
    return canvas.toDataURL("image/jpeg", 0.86).split(",")[1] ?? "";
  }, scene);
  return Buffer.from(base64, "base64");
}

/** Films a sun that rises, for some seconds; a WebM's bytes. */
export async function film(page: Page, seconds: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (seconds): Promise<string> => {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 360;
    const draw = canvas.getContext("2d");
    if (!draw) throw new Error("no canvas");
    const begun = performance.now();
    const paint = (): void => {
      const part = (performance.now() - begun) / 1000 / seconds;
      const sky = draw.createLinearGradient(0, 0, 0, 360);
      sky.addColorStop(0, "#274b74");
      sky.addColorStop(1, "#f3b562");
      draw.fillStyle = sky;
      draw.fillRect(0, 0, 640, 360);
      draw.fillStyle = "#ffe9b0";
      draw.beginPath();
      draw.arc(320, 300 - part * 180, 46, 0, 7);
      draw.fill();
      draw.fillStyle = "#1d3b36";
      draw.fillRect(0, 270, 640, 90);
      if (part < 1) requestAnimationFrame(paint);
    };
    paint();
    const recorder = new MediaRecorder(canvas.captureStream(24), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, seconds);
  return Buffer.from(base64, "base64");
}
