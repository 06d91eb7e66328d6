import { BallastError } from "../../../base/errors.ts";

/** No engine answers at the usual places. Nobody said that there is one, so the caller may go on to a registry. */
export class NoEngineAnswers extends BallastError {}
