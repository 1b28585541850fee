// The choice of the map's renderer: WebGL with a graphics card, a 2D canvas without one.

import { CanvasDots } from "./dots-2d.js";
import { GlDots } from "./dots-gl.js";

/** Names of software renderers of WebGL. */
const SOFTWARE_RENDERERS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Returns whether WebGL runs on a graphics card. */
export function hasGraphicsCard() {
  const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!gl) {
    return false;
  }
  const name = gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE_RENDERERS.test(name);
}

export const dotsOn = canvas => (hasGraphicsCard() ? new GlDots(canvas) : new CanvasDots(canvas));
