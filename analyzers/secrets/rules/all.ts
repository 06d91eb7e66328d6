import type { SecretRule } from "../rule.ts";
import { cloudRules } from "./cloud.ts";
import { developmentRules } from "./development.ts";
import { genericRules } from "./generic.ts";
import { aiRules, messagingRules, monitoringRules, paymentRules, serviceRules } from "./services.ts";

/** Every built-in rule. Of two that match at one place the longer match wins. */
export const builtinRules: readonly SecretRule[] = [
  ...genericRules,
  ...cloudRules,
  ...developmentRules,
  ...paymentRules,
  ...messagingRules,
  ...aiRules,
  ...monitoringRules,
  ...serviceRules,
];
