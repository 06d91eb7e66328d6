/** The library's public face. */
export type { Analysis } from "../analyzers/analysis.ts";
export { BallastError, ExitStatus } from "./base/errors.ts";
export type { ErrorCode } from "./base/errors.ts";
export type { Image, Layer, TransportName } from "./image/image.ts";
