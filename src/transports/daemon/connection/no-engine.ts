import { BallastError } from "../../../base/errors.ts";

/** No engine answers at the usual places, where nobody said that there is one: who only looked there may go on to a registry. */
export class NoEngineAnswers extends BallastError {}
