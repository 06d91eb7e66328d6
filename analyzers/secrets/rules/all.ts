import type { SecretRule } from "../match/rule.ts";
import { aiRules } from "./ai.ts";
import { cloudRules } from "./cloud.ts";
import { genericRules } from "./generic.ts";
import { messagingRules } from "./messaging.ts";
import { monitoringRules } from "./monitoring.ts";
import { packageRules } from "./packages.ts";
import { paymentRules } from "./payments.ts";
import { serviceRules } from "./services.ts";
import { sourceControlRules } from "./source-control.ts";
import { toolRules } from "./tools.ts";

/** Every built-in rule. Of two that match at one place the longer match wins. */
export const builtinRules: readonly SecretRule[] = [
  ...genericRules,
  ...cloudRules,
  ...sourceControlRules,
  ...packageRules,
  ...toolRules,
  ...paymentRules,
  ...messagingRules,
  ...aiRules,
  ...monitoringRules,
  ...serviceRules,
];
