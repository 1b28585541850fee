// The renderer of the map: WebGL on a graphics card, a script without one.

import { FlatDots } from "./dots-2d.js";
import { GlDots } from "./dots-gl.js";

/** Names of software renderers of WebGL. */
const NO_CARD = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether WebGL is there and a graphics card behind it. */
export function hasGraphicsCard() {
  const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!gl) {
    return false;
  }
  const name = gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !NO_CARD.test(name);
}

export const dotsOn = canvas => (hasGraphicsCard() ? new GlDots(canvas) : new FlatDots(canvas));
